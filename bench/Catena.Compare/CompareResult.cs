using Catena.Cli.Bench;
using Catena.Cli.CommandLine;

namespace Catena.Compare;

/// <summary>How one load went, after it had warmed up.</summary>
/// <param name="Counts">What was counted.</param>
/// <param name="Nanoseconds">How long it took.</param>
/// <param name="LoaderSeconds">The processor time of this process.</param>
/// <param name="ServerSeconds">The processor time of the servers' processes.</param>
internal sealed record CompareResult(BenchCounts Counts, long Nanoseconds, double LoaderSeconds, double ServerSeconds)
{
    /// <summary>Prints it for scripts; latencies are milliseconds.</summary>
    public void Print(TextWriter output) => JsonOutput.Write(output, json =>
    {
        var all = new LatencyHistogram();
        foreach (var kind in OperationKinds.All)
        {
            all.Add(Counts.Of(kind));
        }

        json.WriteStartObject();
        json.WriteNumber("operations", Counts.Completed);
        json.WriteNumber("throughput", Counts.Completed / (Nanoseconds / 1e9));
        json.WriteNumber("meanMs", all.Mean / 1e6);
        json.WriteNumber("p50Ms", all.Percentile(0.5) / 1e6);
        json.WriteNumber("p99Ms", all.Percentile(0.99) / 1e6);
        json.WriteNumber("p999Ms", all.Percentile(0.999) / 1e6);
        json.WriteNumber("maxMs", all.Longest / 1e6);
        json.WriteNumber("seconds", Nanoseconds / 1e9);
        json.WriteNumber("loaderSeconds", LoaderSeconds);
        json.WriteNumber("serverSeconds", ServerSeconds);
        json.WriteNumber("refused", Counts.Failed);
        json.WriteNumber("unknown", Counts.Unknown);
        json.WriteNumber("missing", Counts.Missing);
        json.WriteStartObject("errors");
        foreach (var (kind, count) in Counts.Errors)
        {
            json.WriteNumber(kind, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });
}
