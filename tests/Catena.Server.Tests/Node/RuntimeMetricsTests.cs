using System.Globalization;
using Catena.Server.Metrics;
using Catena.Server.Node;

namespace Catena.Server.Tests.Node;

public sealed class RuntimeMetricsTests
{
    [Fact]
    public void Allocation_and_collections_are_counted()
    {
        var metrics = new MetricsRegistry();
        NodeMetrics.RegisterRuntime(metrics);
        var (allocated, collected) = (Value(metrics, "catena_allocated_bytes_total"), Value(metrics, "catena_gc_collections_total{generation=\"2\"}"));

        // The count is told to within what threads have taken in advance.
        GC.KeepAlive(new byte[20_000_000]);
        GC.Collect();

        Assert.InRange(Value(metrics, "catena_allocated_bytes_total"), allocated + 10_000_000, double.MaxValue);
        Assert.True(Value(metrics, "catena_gc_collections_total{generation=\"2\"}") > collected);
        Assert.True(Value(metrics, "catena_gc_collections_total{generation=\"0\"}") >= Value(metrics, "catena_gc_collections_total{generation=\"1\"}"));
        Assert.True(Value(metrics, "catena_gc_pause_seconds_total") > 0);
        Assert.True(Value(metrics, "catena_heap_bytes") > 0);
    }

    private static double Value(MetricsRegistry metrics, string series) => double.Parse(
        metrics.Print().Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
