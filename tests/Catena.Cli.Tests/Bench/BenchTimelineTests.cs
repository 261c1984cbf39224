using Catena.Cli.Bench;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench;

public sealed class BenchTimelineTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Operations_are_counted_to_the_second_in_which_they_ended_and_threads_are_added_up()
    {
        var (one, other) = (new BenchTimeline(TimeSpan.FromSeconds(3)), new BenchTimeline(TimeSpan.FromSeconds(3)));
        one.Begin(100);
        other.Begin(100);
        one.Add(100, 5);
        one.Add(100 + Second, 7);
        other.Add(99 + (2 * Second), 9);
        other.Add(100 + (60 * Second), 11);

        var points = BenchTimeline.Sum([one, other], TimeSpan.FromSeconds(3));

        Assert.Equal([1L, 2L, 1L], points.Select(point => point.Count));
        Assert.Equal([5L, 9L, 11L], points.Select(point => point.Longest));
        Assert.Equal([0, 1, 2], points.Select(point => point.Second));
        Assert.Equal(7, points[1].P50);
    }

    [Fact]
    public void A_long_load_has_fewer_and_longer_stretches()
    {
        var timeline = new BenchTimeline(TimeSpan.FromHours(1));
        timeline.Begin(0);
        timeline.Add((3600 * Second) - 1, 1);

        Assert.Equal(6, timeline.StretchSeconds);
        Assert.Equal(599, timeline.StretchOf((3600 * Second) - 1));
        Assert.Equal(3594, BenchTimeline.Sum([timeline], 599).Second);
    }

    [Fact]
    public void Percentiles_are_never_below_the_truth_and_at_most_an_eighth_above_it() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ListOf().Where(list => list.Count > 0).ToArbitrary(), list =>
        {
            var timeline = new BenchTimeline(TimeSpan.FromSeconds(1));
            timeline.Begin(0);
            list.ToList().ForEach(duration => timeline.Add(0, duration));
            var sorted = list.Order().ToList();
            var point = BenchTimeline.Sum([timeline], 0);
            foreach (var (share, told) in ((double, long)[])[(0.5, point.P50), (0.99, point.P99), (0.999, point.P999)])
            {
                long exact = sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
                Assert.InRange(told, exact, exact + (exact / 8));
            }
        }).QuickCheckThrowOnFailure();
}
