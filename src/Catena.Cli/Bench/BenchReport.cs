using System.Globalization;
using System.Text.Json;
using Catena.Cli.CommandLine;
using Spectre.Console;

namespace Catena.Cli.Bench;

/// <summary>Tells how a load went: a table for people, the two lines that scripts of such clients look for, or JSON.</summary>
internal static class BenchReport
{
    private static readonly (string Name, string Field, double Share)[] Percentiles =
        [("p50", "p50", 0.5), ("p90", "p90", 0.9), ("p99", "p99", 0.99), ("p99.9", "p999", 0.999)];

    /// <summary>Prints for people.</summary>
    public static void Print(BenchResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        var options = result.Options;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Word(options.Protocol)}, {options.Nodes.Count} nodes, {options.Threads} threads, {Describe(options)}, {result.Elapsed.TotalSeconds:0.0} s"));

        if (result.Options.Fill)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Every key was written once before that, in {result.Filling.TotalSeconds:0.0} s: {result.Options.Keys / result.Filling.TotalSeconds:N0} a second"));
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("ms");
        foreach (var heading in (string[])["operations", "per second", "mean", .. Percentiles.Select(p => p.Name), "longest"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        AddRow(table, "reads", result.Counts.Reads, result.Elapsed);
        AddRow(table, "writes", result.Counts.Writes, result.Elapsed);
        AddRow(table, "all", result.All, result.Elapsed);
        Tables.Print(output, table);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Refused: {result.Counts.Failed:N0}, outcome unknown: {result.Counts.Unknown:N0}, longest time of a connection without an acknowledged write: {result.Counts.LongestStall / 1e6:0.0} ms"));
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

    /// <summary>Prints for scripts; times are milliseconds.</summary>
    public static void PrintJson(BenchResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("workload", Word(result.Options.Workload));
            json.WriteString("protocol", Word(result.Options.Protocol));
            json.WriteStartArray("nodes");
            foreach (var node in result.Options.Nodes)
            {
                json.WriteStringValue(node.ToString());
            }

            json.WriteEndArray();
            json.WriteNumber("threads", result.Options.Threads);
            json.WriteNumber("pipeline", result.Options.Pipeline);
            json.WriteNumber("readPercent", result.Options.ReadPercent);
            json.WriteNumber("keys", result.Options.Keys);
            WriteShape(json, result);
            json.WriteNumber("valueBytes", result.Options.ValueBytes);
            json.WriteNumber("seconds", Round(result.Elapsed.TotalSeconds));
            json.WriteNumber("fillSeconds", Round(result.Filling.TotalSeconds));
            json.WriteNumber("operations", result.Counts.Completed);
            json.WriteNumber("refused", result.Counts.Failed);
            json.WriteNumber("unknown", result.Counts.Unknown);
            json.WriteNumber("throughput", Round(result.Throughput));
            json.WriteNumber("longestStallMs", Round(result.Counts.LongestStall / 1e6));
            WriteLatency(json, "reads", result.Counts.Reads);
            WriteLatency(json, "writes", result.Counts.Writes);
            WriteLatency(json, "all", result.All);
            json.WriteStartObject("errors");
            foreach (var (kind, count) in result.Counts.Errors)
            {
                json.WriteNumber(kind, count);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
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
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"pipeline {options.Pipeline}, {options.ReadPercent} % reads, {options.Keys:N0} keys, values of {options.ValueBytes} bytes"),
    };

    /// <summary>What only some workloads have.</summary>
    private static void WriteShape(Utf8JsonWriter json, BenchResult result)
    {
        switch (result.Options.Workload)
        {
            case BenchWorkload.Append:
                json.WriteNumber("steps", result.Options.Steps);
                break;
            case BenchWorkload.Bank:
                json.WriteNumber("brokenSums", result.Counts.BrokenSums);
                break;
            case BenchWorkload.Multi:
                json.WriteNumber("spread", result.Options.Spread);
                break;
        }
    }

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
            .. Percentiles.Select(percentile => Milliseconds(latency.Percentile(percentile.Share))),
            Milliseconds(latency.Longest),
        ]);
    }

    private static void WriteLatency(Utf8JsonWriter json, string name, LatencyHistogram latency)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", latency.Count);
        json.WriteNumber("meanMs", Round(latency.Mean / 1e6));
        foreach (var (_, field, share) in Percentiles)
        {
            json.WriteNumber($"{field}Ms", Round(latency.Percentile(share) / 1e6));
        }

        json.WriteNumber("longestMs", Round(latency.Longest / 1e6));
        json.WriteEndObject();
    }

    private static string Word(BenchWorkload workload) => workload switch
    {
        BenchWorkload.Append => "append",
        BenchWorkload.Bank => "bank",
        BenchWorkload.Multi => "multi",
        _ => "register",
    };

    private static string Word(BenchProtocol protocol) => protocol == BenchProtocol.Thrift ? "thrift" : "redis";

    private static string Milliseconds(double nanoseconds) => (nanoseconds / 1e6).ToString("0.000", CultureInfo.InvariantCulture);

    private static double Round(double value) => Math.Round(value, 4);
}
