using Catena.Server.Loops;

namespace Catena.Server.Tests.Loops;

public sealed class SpinPaceTests
{
    private const long Limit = 20_000;
    private const int Few = SpinPace.FewClients;

    private readonly SpinPace _pace = new(Limit);

    [Fact]
    public void News_that_come_quickly_are_looked_out_for_and_rare_ones_are_not()
    {
        Assert.Equal(0, _pace.Limit(Few));
        Note(8, Limit / 2);
        Assert.Equal(Limit, _pace.Limit(Few));
        Note(4, 50 * Limit);
        Assert.Equal(0, _pace.Limit(Few));
    }

    [Fact]
    public void One_late_answer_among_many_changes_nothing()
    {
        Note(8, Limit / 2);
        Note(1, 50 * Limit);
        Assert.Equal(Limit, _pace.Limit(Few));
    }

    [Fact]
    public void Of_many_clients_news_are_looked_out_for_a_moment_only()
    {
        Note(8, 2 * SpinPace.Moment, Few + 1);
        Assert.Equal(SpinPace.Moment, _pace.Limit(Few + 1));
        Note(4, Limit, Few + 1);
        Assert.Equal(0, _pace.Limit(Few + 1));
        var brief = new SpinPace(SpinPace.Moment / 2);
        for (var index = 0; index < 8; index++)
        {
            brief.Note(0, Few + 1);
        }

        Assert.Equal(SpinPace.Moment / 2, brief.Limit(Few + 1));
    }

    private void Note(int times, long nanoseconds, int clients = Few)
    {
        for (var index = 0; index < times; index++)
        {
            _pace.Note(nanoseconds, clients);
        }
    }
}
