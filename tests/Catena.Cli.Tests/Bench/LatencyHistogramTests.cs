using Catena.Cli.Bench;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void An_empty_histogram_tells_zeros()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(0, histogram.Count);
        Assert.Equal(0, histogram.Percentile(0.99));
        Assert.Equal(0, histogram.Mean);
        Assert.Equal(0, histogram.Shortest);
        Assert.Equal(0, histogram.Longest);
    }

    [Fact]
    public void Percentiles_stay_within_the_documented_error()
    {
        var durations = Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(0, 100_000), Gen.Choose(0, int.MaxValue)).Select(value => (long)value)
            .ListOf().Where(list => list.Count > 0).ToArbitrary();
        Prop.ForAll(durations, list =>
        {
            var histogram = new LatencyHistogram();
            foreach (var duration in list)
            {
                histogram.Add(duration);
            }

            var sorted = list.Order().ToList();
            foreach (var share in (double[])[0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1])
            {
                var exact = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
                var told = histogram.Percentile(share);
                Assert.InRange(told, exact, exact + (exact / 128));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Mean_shortest_and_longest_are_exact()
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in (long[])[1_000_003, 5, 77_777_777])
        {
            histogram.Add(duration);
        }

        Assert.Equal(3, histogram.Count);
        Assert.Equal((1_000_003 + 5 + 77_777_777) / 3d, histogram.Mean);
        Assert.Equal(5, histogram.Shortest);
        Assert.Equal(77_777_777, histogram.Longest);
        Assert.Equal(77_777_777, histogram.Percentile(1));
    }

    [Fact]
    public void Adding_up_gives_what_one_histogram_would_have_counted()
    {
        var (one, other, both) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0L; i < 2000; i++)
        {
            var duration = i * i * 131;
            (i % 3 == 0 ? one : other).Add(duration);
            both.Add(duration);
        }

        one.Add(other);
        one.Add(new LatencyHistogram());

        Assert.Equal(both.Count, one.Count);
        Assert.Equal(both.Mean, one.Mean, 6);
        Assert.Equal(both.Longest, one.Longest);
        Assert.Equal(both.Shortest, one.Shortest);
        for (var share = 0.01; share <= 1; share += 0.01)
        {
            Assert.Equal(both.Percentile(share), one.Percentile(share));
        }
    }

    [Fact]
    public void Durations_beyond_the_range_count_as_the_longest_and_negative_ones_as_zero()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(long.MaxValue);
        histogram.Add(-1);

        Assert.Equal((1L << 43) - 1, histogram.Longest);
        Assert.Equal((1L << 43) - 1, histogram.Percentile(1));
        Assert.Equal(0, histogram.Percentile(0.5));
    }
}
