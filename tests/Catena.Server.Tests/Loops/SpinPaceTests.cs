using Catena.Server.Loops;

namespace Catena.Server.Tests.Loops;

public sealed class SpinPaceTests
{
    private const long Limit = 20_000;
    private const long Quick = Limit / 2;
    private const long Rare = 50 * Limit;

    private readonly SpinPace _pace = new(Limit);

    [Fact]
    public void A_client_that_asks_again_at_once_is_looked_out_for()
    {
        Assert.False(_pace.IsWorthIt);
        Note(60, Quick, _ => 7);
        Assert.True(_pace.IsWorthIt);
    }

    [Fact]
    public void So_are_a_few()
    {
        Note(60, Quick, index => (ulong)(index % 3));
        Assert.True(_pace.IsWorthIt);
    }

    [Fact]
    public void Rare_news_are_slept_for_again_soon()
    {
        Note(100, Quick, _ => 7);
        Note(5, Rare, _ => 7);
        Assert.False(_pace.IsWorthIt);
    }

    [Fact]
    public void Among_many_clients_somebody_asks_anyhow()
    {
        Note(100, Quick, index => (ulong)(index % 50));
        Assert.False(_pace.IsWorthIt);
    }

    [Fact]
    public void One_that_joins_the_few_is_met_anew()
    {
        Note(100, Quick, _ => 7);
        Note(1, Quick, _ => 8);
        Assert.False(_pace.IsWorthIt);
    }

    [Fact]
    public void And_where_several_ask_at_once()
    {
        for (var index = 0; index < 100; index++)
        {
            _pace.Note(Quick, ready: 3, socket: 7);
        }

        Assert.False(_pace.IsWorthIt);
    }

    private void Note(int times, long nanoseconds, Func<int, ulong> socket)
    {
        for (var index = 0; index < times; index++)
        {
            _pace.Note(nanoseconds, ready: 1, socket(index));
        }
    }
}
