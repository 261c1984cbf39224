using System.Text.Json;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Bench.Report;

/// <summary>Tells scripts how a load went; times are milliseconds.</summary>
internal static class BenchJson
{
    /// <summary>Prints a document.</summary>
    public static void Print(BenchResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            WriteLoad(json, result);
            json.WriteNumber("seconds", Round(result.Elapsed.TotalSeconds));
            json.WriteNumber("fillSeconds", Round(result.Filling.TotalSeconds));
            json.WriteNumber("operations", result.Counts.Completed);
            json.WriteNumber("refused", result.Counts.Failed);
            json.WriteNumber("unknown", result.Counts.Unknown);
            json.WriteNumber("missing", result.Counts.Missing);
            json.WriteNumber("unsent", result.Counts.Unsent);
            json.WriteNumber("throughput", Round(result.Throughput));
            json.WriteNumber("longestStallMs", Round(result.Counts.LongestStall / 1e6));
            foreach (var kind in OperationKinds.All)
            {
                if (result.Counts.Of(kind).Count > 0 || kind is OperationKind.Read or OperationKind.Update)
                {
                    WriteLatency(json, OperationKinds.NameOf(kind), result.Counts.Of(kind));
                }
            }

            WriteLatency(json, "all", result.All);
            if (result.Options.Rate > 0)
            {
                WriteLatency(json, "waits", result.Counts.Waits);
            }

            json.WriteStartObject("calls");
            foreach (var (call, durations) in result.Counts.Calls)
            {
                WriteLatency(json, call, durations);
            }

            json.WriteEndObject();
            WriteTimeline(json, result.Timeline);
            json.WriteStartObject("errors");
            foreach (var (kind, count) in result.Counts.Errors)
            {
                json.WriteNumber(kind, count);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>Writes what is told of a histogram.</summary>
    public static void WriteLatency(Utf8JsonWriter json, string name, LatencyHistogram latency)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(latency);
        json.WriteStartObject(name);
        json.WriteNumber("count", latency.Count);
        json.WriteNumber("meanMs", Round(latency.Mean / 1e6));
        foreach (var (_, field, share) in BenchPercentiles.All)
        {
            json.WriteNumber($"{field}Ms", Round(latency.Percentile(share) / 1e6));
        }

        json.WriteNumber("longestMs", Round(latency.Longest / 1e6));
        json.WriteEndObject();
    }

    private static void WriteLoad(Utf8JsonWriter json, BenchResult result)
    {
        var options = result.Options;
        json.WriteString("workload", BenchWorkloads.NameOf(options.Workload));
        json.WriteString("protocol", options.Protocol == BenchProtocol.Thrift ? "thrift" : "redis");
        json.WriteStartArray("nodes");
        foreach (var node in options.Nodes)
        {
            json.WriteStringValue(node.ToString());
        }

        json.WriteEndArray();
        json.WriteNumber("threads", options.Threads);
        json.WriteNumber("loops", options.Loops);
        json.WriteNumber("rate", options.Rate);
        json.WriteNumber("pipeline", options.Pipeline);
        json.WriteNumber("readPercent", BenchWorkloads.IsYcsb(options.Workload) ? options.Mix.Read : options.ReadPercent);
        json.WriteNumber("keys", options.Keys);
        json.WriteString("distribution", JsonNamingPolicy.CamelCase.ConvertName(options.Distribution.ToString()));
        json.WriteNumber("valueBytes", options.ValueBytes);
        switch (options.Workload)
        {
            case BenchWorkload.Append:
                json.WriteNumber("steps", options.Steps);
                break;
            case BenchWorkload.Bank:
                json.WriteNumber("brokenSums", result.Counts.BrokenSums);
                break;
            case BenchWorkload.Multi or BenchWorkload.Prepared:
                json.WriteNumber("spread", options.Spread);
                break;
            case BenchWorkload.E:
                json.WriteNumber("maxScan", options.MostScanned);
                break;
        }
    }

    private static void WriteTimeline(Utf8JsonWriter json, IReadOnlyList<TimelinePoint> timeline)
    {
        json.WriteStartArray("timeline");
        foreach (var point in timeline)
        {
            json.WriteStartObject();
            json.WriteNumber("second", point.Second);
            json.WriteNumber("operations", point.Count);
            json.WriteNumber("p50Ms", Round(point.P50 / 1e6));
            json.WriteNumber("p99Ms", Round(point.P99 / 1e6));
            json.WriteNumber("p999Ms", Round(point.P999 / 1e6));
            json.WriteNumber("longestMs", Round(point.Longest / 1e6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double Round(double value) => Math.Round(value, 4);
}
