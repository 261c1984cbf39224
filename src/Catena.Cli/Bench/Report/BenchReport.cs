using System.Globalization;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;
using Spectre.Console;

namespace Catena.Cli.Bench.Report;

/// <summary>Tells people how a load went: a table, and the two lines that scripts of such clients look for.</summary>
internal static class BenchReport
{
    /// <summary>Prints for people.</summary>
    public static void Print(BenchResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        var options = result.Options;
        output.WriteLine(TitleOf(result));
        if (options.Loads)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Every key was written once before that, in {result.Filling.TotalSeconds:0.0} s: {result.Options.Keys / Math.Max(result.Filling.TotalSeconds, 1e-9):N0} a second"));
        }

        if (options.Phase == BenchPhase.Load)
        {
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("ms");
        foreach (var heading in (string[])["operations", "per second", "mean", .. BenchPercentiles.All.Select(percentile => percentile.Name), "longest"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var kind in OperationKinds.All)
        {
            AddRow(table, OperationKinds.NameOf(kind), result.Counts.Of(kind), result.Elapsed);
        }

        AddRow(table, "all", result.All, result.Elapsed);
        foreach (var (call, durations) in result.Counts.Calls)
        {
            AddRow(table, call, durations, result.Elapsed);
        }

        AddRow(table, "waited", result.Counts.Waits, result.Elapsed);
        Tables.Print(output, table);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Refused: {result.Counts.Failed:N0}, outcome unknown: {result.Counts.Unknown:N0}, longest time of a connection without an acknowledged write: {result.Counts.LongestStall / 1e6:0.0} ms"));
        if (options.Rate > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Due: {options.Rate:N0} a second, never sent since no connection was free: {result.Counts.Unsent:N0}. Latencies count from when operations were due; 'waited' is how much of them was before they were sent."));
        }

        if (result.Counts.Missing > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Reads and scans that found nothing: {result.Counts.Missing:N0}"));
        }

        foreach (var (kind, count) in result.Counts.Errors)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} x {kind}"));
        }

        if (options.Workload == BenchWorkload.Bank)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Broken sums: {result.Counts.BrokenSums:N0} of {result.Counts.Reads.Count:N0} reads of all accounts"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Aggregate throughput: {result.Throughput:0.00} RPCs/s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Average latency: {result.All.Mean / 1e6:0.000} ms"));
    }

    /// <summary>What load it was, in a line.</summary>
    public static string TitleOf(BenchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var options = result.Options;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Word(options.Protocol)}, {options.Nodes.Count} nodes, {options.Threads} connections, {Describe(options)}, {result.Elapsed.TotalSeconds:0.0} s");
    }

    private static string Describe(BenchOptions options) => options.Workload switch
    {
        BenchWorkload.Append => string.Create(
            CultureInfo.InvariantCulture, $"transactions of up to {options.Steps} steps, {options.ReadPercent} % of them reads, {options.Keys:N0} lists"),
        BenchWorkload.Bank => string.Create(
            CultureInfo.InvariantCulture, $"transactions, {options.ReadPercent} % of them reads, {options.Keys:N0} accounts"),
        BenchWorkload.Multi => string.Create(
            CultureInfo.InvariantCulture,
            $"transactions over {options.Spread} partitions, {options.ReadPercent} % of them reads, {options.Keys:N0} groups of keys, values of {options.ValueBytes} bytes"),
        BenchWorkload.Prepared => string.Create(
            CultureInfo.InvariantCulture,
            $"prepared transactions over {options.Spread} partitions, {options.RollbackPercent} % of them rolled back, {options.Keys:N0} groups of keys, values of {options.ValueBytes} bytes"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{DescribeMix(options)}, {Word(options.Distribution)}, pipeline {options.Pipeline}, {options.Keys:N0} keys, values of {options.ValueBytes} bytes"),
    };

    private static string DescribeMix(BenchOptions options) => BenchWorkloads.IsYcsb(options.Workload)
        ? $"YCSB workload {BenchWorkloads.NameOf(options.Workload)}"
        : string.Create(CultureInfo.InvariantCulture, $"{options.ReadPercent} % reads");

    private static string Word(BenchDistribution distribution) => distribution switch
    {
        BenchDistribution.Zipfian => "zipfian",
        BenchDistribution.Latest => "latest",
        _ => "uniform",
    };

    private static void AddRow(Table table, string name, LatencyHistogram latency, TimeSpan elapsed)
    {
        if (latency.Count == 0)
        {
            return;
        }

        table.AddRow(
        [
            name,
            latency.Count.ToString("N0", CultureInfo.InvariantCulture),
            (latency.Count / Math.Max(elapsed.TotalSeconds, 1e-9)).ToString("N0", CultureInfo.InvariantCulture),
            Milliseconds(latency.Mean),
            .. BenchPercentiles.All.Select(percentile => Milliseconds(latency.Percentile(percentile.Share))),
            Milliseconds(latency.Longest),
        ]);
    }

    private static string Word(BenchProtocol protocol) => protocol == BenchProtocol.Thrift ? "thrift" : "redis";

    private static string Milliseconds(double nanoseconds) => (nanoseconds / 1e6).ToString("0.000", CultureInfo.InvariantCulture);
}
