namespace Catena.Cli.Bench.Report;

/// <summary>The percentiles that reports tell.</summary>
internal static class BenchPercentiles
{
    /// <summary>Each with its name for people, its name in JSON, and the share of durations that it is not under.</summary>
    public static IReadOnlyList<(string Name, string Field, double Share)> All { get; } =
        [("p50", "p50", 0.5), ("p90", "p90", 0.9), ("p99", "p99", 0.99), ("p99.9", "p999", 0.999), ("p99.99", "p9999", 0.9999)];
}
