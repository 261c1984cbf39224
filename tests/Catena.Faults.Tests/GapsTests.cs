using Catena.Faults.Checking;

namespace Catena.Faults.Tests;

public sealed class GapsTests
{
    [Theory]
    [InlineData(new long[] { 10, 20, 70, 80 }, 15, 75, 50)]
    [InlineData(new long[] { 80, 70, 20, 10 }, 15, 75, 50)]
    [InlineData(new long[] { 10, 20, 70, 80 }, 71, 79, 10)]
    [InlineData(new long[] { 10, 90 }, 40, 50, 80)]
    [InlineData(new long[] { 90 }, 40, 50, 90)]
    [InlineData(new long[] { 10 }, 40, 50, 90)]
    [InlineData(new long[] { }, 40, 50, 100)]
    public void A_gap_lies_between_two_successes_and_touches_the_span(long[] successes, long from, long to, long longest) =>
        Assert.Equal(longest, Gaps.Longest(successes, from, to, 0, 100));
}
