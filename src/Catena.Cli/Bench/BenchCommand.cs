using System.CommandLine;
using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;
using Spectre.Console;

namespace Catena.Cli.Bench;

/// <summary>The command <c>catena bench</c>: puts load on a cluster and tells how it went.</summary>
internal static class BenchCommand
{
    private static readonly BenchOptions Standard = new() { Nodes = [] };

    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "Nodes' addresses in the chosen protocol, used in turn; may be given several times. [default: those of 127.0.0.1 that 'catena up' assigns]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<BenchProtocol> Protocol = new("--protocol")
    {
        Description = "Through which protocol.",
        HelpName = "redis|thrift",
        DefaultValueFactory = _ => BenchProtocol.Redis,
    };

    private static readonly Option<int> Threads = Ranges.Option("--threads", "How many threads, each with its connection.", Standard.Threads, 1, 4096);
    private static readonly Option<TimeSpan> Seconds = Durations.Option("--seconds", "How long.", Standard.Duration);
    private static readonly Option<int> Keys = Ranges.Option("--keys", "From how many keys operations draw.", Standard.Keys, 1, int.MaxValue);

    private static readonly Option<string?> KeyPrefix = new("--key-prefix")
    {
        Description = "What keys begin with; a number follows. [default: key-, and something new each time with --history]",
        HelpName = "text",
    };

    private static readonly Option<int> ValueBytes = Ranges.Option("--value-size", "How long values are at least, in bytes.", Standard.ValueBytes, 1, 16 << 20);
    private static readonly Option<int> Reads = Ranges.Option("--reads", "How many operations in a hundred are reads.", Standard.ReadPercent, 0, 100);
    private static readonly Option<int> Pipeline = Ranges.Option("--pipeline", "How many operations a connection sends at once.", Standard.Pipeline, 1, 4096);
    private static readonly Option<bool> Fill = new("--fill") { Description = "Write every key once before the clock starts." };
    private static readonly Option<TimeSpan> Timeout = Durations.Option("--timeout", "How long to wait for an answer.", Standard.Timeout);

    private static readonly Option<string?> PasswordFile = PasswordOption.Create("The file with the password of the nodes, for the Redis protocol.");

    private static readonly Option<string?> History = new("--history")
    {
        Description = "Write down every operation for a checker, as lines of JSON (docs/histories.md).",
        HelpName = "file",
    };

    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "bench",
            "Puts load on a cluster and prints throughput and latency. Percentiles are at most 0.8 % above the truth, and never below.",
            new("catena bench", "eight connections, half reads, ten seconds"),
            new("catena bench --threads 50 --reads 0 --pipeline 16 --seconds 30", "writes only, in pipelines of 16"),
            new("catena bench --protocol thrift --node 127.0.0.1:7201 --keys 1000000", "through Thrift, on one node"),
            new("catena bench --keys 20 --seconds 60 --history history.jsonl", "few keys, written down for a linearizability checker"))
        {
            Nodes, BasePort, Protocol, Threads, Seconds, Keys, KeyPrefix, ValueBytes, Reads, Pipeline, Fill, Timeout, PasswordFile, History, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Fill) && result.GetValue(History) is not null)
            {
                result.AddError("--fill writes values that a history would not show; give only one of --fill and --history.");
            }

            if (result.GetValue(KeyPrefix) is { Length: > 200 })
            {
                result.AddError("--key-prefix is longer than 200 characters.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    /// <summary>The load that a command line asks for, on the nodes that it names.</summary>
    public static BenchOptions Read(ParseResult parsed) => new()
    {
        Nodes = parsed.GetRequiredValue(Nodes),
        Protocol = parsed.GetValue(Protocol),
        Threads = parsed.GetValue(Threads),
        Duration = parsed.GetValue(Seconds),
        Keys = parsed.GetValue(Keys),
        KeyPrefix = parsed.GetValue(KeyPrefix) ?? (parsed.GetValue(History) is null ? Standard.KeyPrefix : FreshPrefix()),
        ValueBytes = parsed.GetValue(ValueBytes),
        ReadPercent = parsed.GetValue(Reads),
        Pipeline = parsed.GetValue(Pipeline),
        Fill = parsed.GetValue(Fill),
        Timeout = parsed.GetValue(Timeout),
        Password = PasswordOption.Read(parsed.GetValue(PasswordFile)),
    };

    /// <summary>A history must know what its keys held at the beginning: nothing, since nobody has used them.</summary>
    private static string FreshPrefix() =>
        string.Create(CultureInfo.InvariantCulture, $"key-{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff}-{Environment.ProcessId}-");

    private static int Run(ParseResult parsed)
    {
        var options = Read(parsed);
        var isGuess = options.Nodes.Count == 0;
        var layout = new PortLayout(parsed.GetValue(BasePort));
        var nodes = isGuess ? layout.Guess(ports => options.Protocol == BenchProtocol.Thrift ? ports.Thrift : ports.Redis) : options.Nodes;
        var listening = BenchRunner.Listening(nodes, options.Timeout);
        options = options with { Nodes = isGuess ? listening : nodes };

        using var stop = StopSignal.OnEverySignal();
        using var hurried = stop.Hurry.Register(() => Environment.Exit(ExitCode.Failed));
        using var history = OpenHistory(parsed.GetValue(History));
        var isJson = parsed.GetValue(Json);
        var result = isJson || Console.IsErrorRedirected
            ? BenchRunner.Run(options, history, (_, _, _) => { }, stop.Stop)
            : RunWatched(options, history, stop.Stop);
        if (isJson)
        {
            BenchReport.PrintJson(result, parsed.InvocationConfiguration.Output);
        }
        else
        {
            BenchReport.Print(result, parsed.InvocationConfiguration.Output);
        }

        return result.Counts.Completed > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static HistoryWriter? OpenHistory(string? path)
    {
        try
        {
            return path is null ? null : new HistoryWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write the history to {path}: {refused.Message}", refused);
        }
    }

    private static BenchResult RunWatched(BenchOptions options, HistoryWriter? history, CancellationToken stop)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: options.Duration.TotalSeconds);
                var (lastTime, lastCount) = (TimeSpan.Zero, 0L);
                return BenchRunner.Run(
                    options,
                    history,
                    (elapsed, completed, failed) =>
                    {
                        task.Value = elapsed.TotalSeconds;
                        if ((elapsed - lastTime).TotalSeconds >= 1)
                        {
                            var rate = (completed - lastCount) / (elapsed - lastTime).TotalSeconds;
                            task.Description = string.Create(
                                CultureInfo.InvariantCulture, $"{rate,10:N0} a second, {completed:N0} done, {failed:N0} refused");
                            (lastTime, lastCount) = (elapsed, completed);
                        }
                    },
                    stop);
            });
    }
}
