using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Catena.Cli.Bench.Transactions;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;
using Spectre.Console;

namespace Catena.Cli.Bench;

/// <summary>The command <c>catena bench</c>: puts load on a cluster and tells how it went.</summary>
internal static class BenchCommand
{
    private const int StandardLists = 16;
    private const int StandardAccounts = 8;

    /// <summary>What one transaction may name at most.</summary>
    private const int MostAccounts = 65_536;

    private static readonly BenchOptions Standard = new() { Nodes = [] };

    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "Nodes' addresses in the chosen protocol, used in turn; may be given several times. [default: those of 127.0.0.1 that 'catena up' assigns]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<BenchWorkload> Workload = new("--workload")
    {
        Description = "What to do: read and write single keys; append to lists and read them, several in a transaction; move money between accounts, and read all of them at once; "
            + "write or read a key in each of several partitions.",
        HelpName = "register|append|bank|multi",
        DefaultValueFactory = _ => BenchWorkload.Register,
    };

    private static readonly Option<BenchProtocol> Protocol = new("--protocol")
    {
        Description = "Through which protocol.",
        HelpName = "redis|thrift",
        DefaultValueFactory = _ => BenchProtocol.Redis,
    };

    private static readonly Option<int> Threads = Ranges.Option("--threads", "How many threads, each with its connection.", Standard.Threads, 1, 4096);
    private static readonly Option<TimeSpan> Seconds = Durations.Option("--seconds", "How long.", Standard.Duration);
    private static readonly Option<int?> Keys = Ranges.Optional(
        "--keys",
        $"From how many keys operations draw. [default: {Standard.Keys}; {StandardLists} lists of append; {StandardAccounts} accounts of bank; groups of --spread keys with multi]",
        1,
        int.MaxValue);

    private static readonly Option<int> Steps = Ranges.Option("--steps", "How many steps a transaction of append has at most.", Standard.Steps, 1, 1000);
    private static readonly Option<int> Spread = Ranges.Option(
        "--spread", "In how many partitions a transaction of multi has a key each; the cluster is to have that many.", Standard.Spread, 1, MultiLoad.MostSpread);

    private static readonly Option<string?> KeyPrefix = new("--key-prefix")
    {
        Description = "What keys begin with; a number follows. [default: key-, and something new each time with --history, append and bank]",
        HelpName = "text",
    };

    private static readonly Option<int> ValueBytes = Ranges.Option("--value-size", "How long values are at least, in bytes.", Standard.ValueBytes, 1, 16 << 20);
    private static readonly Option<int> Reads = Ranges.Option("--reads", "How many operations in a hundred are reads; with append steps, with bank and multi transactions.", Standard.ReadPercent, 0, 100);
    private static readonly Option<int> Pipeline = Ranges.Option("--pipeline", "How many operations a connection sends at once.", Standard.Pipeline, 1, 4096);
    private static readonly Option<TimeSpan> Pause = Durations.Option("--pause", "How long a connection waits between an answer and what it sends next.", Standard.Pause);
    private static readonly Option<bool> Fill = new("--fill") { Description = "Write every key once before the clock starts." };
    private static readonly Option<TimeSpan> Timeout = Durations.Option("--timeout", "How long to wait for an answer.", Standard.Timeout);

    private static readonly Option<string?> PasswordFile = PasswordOption.Create("The file with the password of the nodes, for the Redis protocol.");

    private static readonly Option<string?> History = new("--history")
    {
        Description = "Write down every operation for a checker, as lines of JSON, or of EDN where they are transactions (docs/histories.md).",
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
            new("catena bench --keys 20 --seconds 60 --history history.jsonl", "few keys, written down for a linearizability checker"),
            new("catena bench --workload append --history history.edn", "transactions on a few lists, written down likewise"),
            new("catena bench --workload multi --spread 3 --reads 0", "transactions that write in three partitions each"))
        {
            Nodes, BasePort, Workload, Protocol, Threads, Seconds, Keys, KeyPrefix, Steps, Spread, ValueBytes, Reads, Pipeline, Pause, Fill, Timeout, PasswordFile, History, Json,
        };
        command.Validators.Add(RefuseWhatDoesNotFit);
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
        Workload = parsed.GetValue(Workload),
        Nodes = parsed.GetRequiredValue(Nodes),
        Protocol = parsed.GetValue(Protocol),
        Threads = parsed.GetValue(Threads),
        Duration = parsed.GetValue(Seconds),
        Keys = parsed.GetValue(Keys) ?? parsed.GetValue(Workload) switch
        {
            BenchWorkload.Append => StandardLists,
            BenchWorkload.Bank => StandardAccounts,
            _ => Standard.Keys,
        },
        KeyPrefix = parsed.GetValue(KeyPrefix) ?? (NeedsNewKeys(parsed) ? FreshPrefix() : Standard.KeyPrefix),
        Steps = parsed.GetValue(Steps),
        Spread = parsed.GetValue(Spread),
        ValueBytes = parsed.GetValue(ValueBytes),
        ReadPercent = parsed.GetValue(Reads),
        Pipeline = parsed.GetValue(Pipeline),
        Pause = parsed.GetValue(Pause),
        Fill = parsed.GetValue(Fill),
        Timeout = parsed.GetValue(Timeout),
        Password = PasswordOption.Read(parsed.GetValue(PasswordFile)),
    };

    private static void RefuseWhatDoesNotFit(CommandResult result)
    {
        // What is no workload or no number is refused by the parser.
        _ = Enum.TryParse<BenchWorkload>(Given(result, Workload), ignoreCase: true, out var workload);
        if (workload != BenchWorkload.Register && (IsGiven(result, Protocol) || IsGiven(result, Pipeline) || IsGiven(result, Fill)))
        {
            result.AddError("--protocol, --pipeline and --fill are for --workload register only.");
        }

        if (workload == BenchWorkload.Bank && int.TryParse(Given(result, Keys), CultureInfo.InvariantCulture, out var accounts) && (accounts < 2 || accounts > MostAccounts))
        {
            result.AddError($"--workload bank needs 2 to {MostAccounts} accounts (--keys).");
        }

        if ((workload != BenchWorkload.Append && IsGiven(result, Steps)) || (workload != BenchWorkload.Multi && IsGiven(result, Spread)))
        {
            result.AddError("--steps is for --workload append only, and --spread for --workload multi.");
        }
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static string? Given(CommandResult result, Option option) => result.GetResult(option)?.Tokens is [var token] ? token.Value : null;

    /// <summary>Lists and accounts are empty at the beginning, also where nobody writes down what becomes of them.</summary>
    private static bool NeedsNewKeys(ParseResult parsed) =>
        parsed.GetValue(History) is not null || parsed.GetValue(Workload) is BenchWorkload.Append or BenchWorkload.Bank;

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

        return result.Counts is { Completed: > 0, BrokenSums: 0 } ? ExitCode.Ok : ExitCode.Failed;
    }

    private static FileStream? OpenHistory(string? path)
    {
        try
        {
            return path is null ? null : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write the history to {path}: {refused.Message}", refused);
        }
    }

    private static BenchResult RunWatched(BenchOptions options, Stream? history, CancellationToken stop)
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
