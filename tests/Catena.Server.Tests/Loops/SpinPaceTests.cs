using Catena.Server.Loops;

namespace Catena.Server.Tests.Loops;

public sealed class SpinPaceTests
{
    private const long Limit = 20_000;

    private readonly SpinPace _pace = new(Limit);

    [Fact]
    public void News_that_come_quickly_are_looked_out_for_and_rare_ones_are_not()
    {
        Assert.False(_pace.IsWorthIt);
        Note(8, Limit / 2);
        Assert.True(_pace.IsWorthIt);
        Note(4, 50 * Limit);
        Assert.False(_pace.IsWorthIt);
    }

    [Fact]
    public void One_late_answer_among_many_changes_nothing()
    {
        Note(8, Limit / 2);
        Note(1, 50 * Limit);
        Assert.True(_pace.IsWorthIt);
    }

    private void Note(int times, long nanoseconds)
    {
        for (var index = 0; index < times; index++)
        {
            _pace.Note(nanoseconds);
        }
    }
}
