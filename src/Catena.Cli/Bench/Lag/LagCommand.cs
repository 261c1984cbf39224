using System.CommandLine;
using System.Globalization;
using Catena.Cli.Bench.Report;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;
using Spectre.Console;

namespace Catena.Cli.Bench.Lag;

/// <summary>The command <c>catena bench lag</c>: how long after its acknowledgement a write is seen at every copy.</summary>
internal static class LagCommand
{
    private const int StandardKeys = 1000;

    private static readonly Option<HostPort[]> Nodes = HostPort.Option("Nodes' addresses in the Redis protocol; may be given several times. [default: those of 127.0.0.1 that 'catena up' assigns]");
    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<TimeSpan> Seconds = Durations.Option("--seconds", "How long.", TimeSpan.FromSeconds(10));
    private static readonly Option<int> Keys = Ranges.Option("--keys", "How many keys are written, one after the other.", StandardKeys, 1, int.MaxValue);
    private static readonly Option<TimeSpan> Timeout = Durations.Option("--timeout", "How long to wait for an answer, and for a copy to follow.", TimeSpan.FromSeconds(10));
    private static readonly Option<string?> PasswordFile = PasswordOption.Create("The file with the password of the nodes.");
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "lag",
            "Writes keys through each node in turn, and prints how long after the acknowledgement each node's copy shows them. What is seen is an upper bound: the copies are asked all the time, and 'asking' tells how long that takes.",
            new("catena bench lag", "the cluster of 'catena up'"),
            new("catena bench lag --node db1:7101 --node db2:7101 --node db3:7101 --seconds 60 --json", "three nodes elsewhere"))
        {
            Nodes, BasePort, Seconds, Keys, Timeout, PasswordFile, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var timeout = parsed.GetValue(Timeout);
        var asked = parsed.GetRequiredValue(Nodes);
        var nodes = asked.Length > 0 ? asked : BenchRunner.Listening(new PortLayout(parsed.GetValue(BasePort)).Guess(ports => ports.Redis), timeout);
        using var stop = StopSignal.OnEverySignal();
        using var probe = new LagProbe(nodes, timeout, PasswordOption.Read(parsed.GetValue(PasswordFile)));
        probe.Run(parsed.GetValue(Keys), BenchClock.Now + (parsed.GetValue(Seconds).Ticks * TimeSpan.NanosecondsPerTick), stop.Stop);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            PrintJson(probe, output);
        }
        else
        {
            Print(probe, output);
        }

        return probe.Writes.Count > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Print(LagProbe probe, TextWriter output)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var heading in (string[])["ms", "writes", "mean", .. BenchPercentiles.All.Select(percentile => percentile.Name), "longest"])
        {
            table.AddColumn(heading);
        }

        foreach (var (name, durations) in Rows(probe))
        {
            table.AddRow(
            [
                name,
                durations.Count.ToString("N0", CultureInfo.InvariantCulture),
                Milliseconds(durations.Mean),
                .. BenchPercentiles.All.Select(percentile => Milliseconds(durations.Percentile(percentile.Share))),
                Milliseconds(durations.Longest),
            ]);
        }

        Tables.Print(output, table);
        foreach (var (error, count) in probe.Errors)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} x {error}"));
        }
    }

    private static void PrintJson(LagProbe probe, TextWriter output) => JsonOutput.Write(output, json =>
    {
        json.WriteStartObject();
        foreach (var (name, durations) in Rows(probe))
        {
            BenchJson.WriteLatency(json, name, durations);
        }

        json.WriteStartObject("errors");
        foreach (var (error, count) in probe.Errors)
        {
            json.WriteNumber(error, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static IEnumerable<(string Name, LatencyHistogram Durations)> Rows(LagProbe probe) =>
        [("write", probe.Writes), .. probe.Lags.Select(lag => (lag.Key, lag.Value)), ("all copies", probe.Everywhere), ("asking", probe.Asking)];

    private static string Milliseconds(double nanoseconds) => (nanoseconds / 1e6).ToString("0.000", CultureInfo.InvariantCulture);
}
