using Catena.Server.Metrics;

namespace Catena.Server.Tests.Metrics;

public sealed class MetricsRegistryTests
{
    private readonly MetricsRegistry _registry = new();

    [Fact]
    public void Series_of_one_name_stand_together_under_one_head()
    {
        _registry.Counter("catena_b_total", "B.", new MetricLabel("kind", "one")).Increment();
        _registry.Gauge("catena_a", "A \\ and\na line.").Set(1.5);
        _registry.Counter("catena_b_total", "B.", new MetricLabel("kind", "t\"w\\o\n")).Add(2);
        _registry.Gauge("catena_c", "C.", () => double.PositiveInfinity);
        Assert.Equal(
            "# HELP catena_a A \\\\ and\\na line.\n# TYPE catena_a gauge\ncatena_a 1.5\n"
            + "# HELP catena_b_total B.\n# TYPE catena_b_total counter\n"
            + "catena_b_total{kind=\"one\"} 1\ncatena_b_total{kind=\"t\\\"w\\\\o\\n\"} 2\n"
            + "# HELP catena_c C.\n# TYPE catena_c gauge\ncatena_c +Inf\n",
            _registry.Print());
    }

    [Fact]
    public void Histograms_count_up_to_each_bound()
    {
        var histogram = _registry.Histogram("catena_h_seconds", "H.", [0.1, 1], new MetricLabel("op", "x"));
        foreach (var value in (double[])[0.05, 0.1, 0.5, 7])
        {
            histogram.Observe(value);
        }

        Assert.Equal(4, histogram.Count);
        Assert.Equal(
            "# HELP catena_h_seconds H.\n# TYPE catena_h_seconds histogram\n"
            + "catena_h_seconds_bucket{op=\"x\",le=\"0.1\"} 2\ncatena_h_seconds_bucket{op=\"x\",le=\"1\"} 3\n"
            + "catena_h_seconds_bucket{op=\"x\",le=\"+Inf\"} 4\ncatena_h_seconds_sum{op=\"x\"} 7.65\ncatena_h_seconds_count{op=\"x\"} 4\n",
            _registry.Print());
        Assert.Throws<ArgumentException>(() => _registry.Histogram("catena_i", "I.", [1, 1]));
    }

    [Fact]
    public void Counting_on_many_threads_loses_nothing()
    {
        var counter = _registry.Counter("catena_n_total", "N.");
        var histogram = _registry.Histogram("catena_m", "M.", [1]);
        Parallel.For(0, 100_000, _ =>
        {
            counter.Increment();
            histogram.Observe(2);
        });
        Assert.Equal(100_000, counter.Value);
        Assert.Equal(100_000, histogram.Count);
        Assert.Equal(200_000, histogram.Sum);
    }

    [Fact]
    public void A_series_is_registered_once_and_a_name_has_one_type()
    {
        _registry.Counter("catena_x_total", "X.");
        Assert.Throws<InvalidOperationException>(() => _registry.Counter("catena_x_total", "X."));
        Assert.Throws<InvalidOperationException>(() => _registry.Gauge("catena_x_total", "X.", new MetricLabel("a", "b")));
    }
}
