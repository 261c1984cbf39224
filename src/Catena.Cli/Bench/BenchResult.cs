namespace Catena.Cli.Bench;

/// <summary>How a load went.</summary>
/// <param name="Options">The load.</param>
/// <param name="Counts">What all threads counted.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Filling">How long it took before that to write every key once; zero where that was not asked for.</param>
/// <param name="Timeline">What happened when.</param>
internal sealed record BenchResult(BenchOptions Options, BenchCounts Counts, TimeSpan Elapsed, TimeSpan Filling, IReadOnlyList<TimelinePoint> Timeline)
{
    /// <summary>Durations of all operations together.</summary>
    public LatencyHistogram All { get; } = Sum(Counts);

    /// <summary>Operations that ended well, a second.</summary>
    public double Throughput => Counts.Completed / Math.Max(Elapsed.TotalSeconds, 1e-9);

    private static LatencyHistogram Sum(BenchCounts counts)
    {
        var all = new LatencyHistogram();
        foreach (var kind in OperationKinds.All)
        {
            all.Add(counts.Of(kind));
        }

        return all;
    }
}
