namespace Catena.Cli.Bench;

/// <summary>How a load went.</summary>
/// <param name="Options">The load.</param>
/// <param name="Counts">What all threads counted.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Filling">How long it took before that to write every key once; zero where that was not asked for.</param>
internal sealed record BenchResult(BenchOptions Options, BenchCounts Counts, TimeSpan Elapsed, TimeSpan Filling = default)
{
    /// <summary>Operations that ended well, a second.</summary>
    public double Throughput => Counts.Completed / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Durations of reads and writes together.</summary>
    public LatencyHistogram All
    {
        get
        {
            var all = new LatencyHistogram();
            all.Add(Counts.Reads);
            all.Add(Counts.Writes);
            return all;
        }
    }
}
