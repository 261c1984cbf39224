using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Catena.Cli.Bench.Classic;
using Catena.Cli.Bench.Failures;
using Catena.Cli.Bench.Lag;
using Catena.Cli.Bench.Report;
using Catena.Cli.Bench.Transactions;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Bench;

/// <summary>The command <c>catena bench</c>: puts load on a cluster and tells how it went.</summary>
internal static class BenchCommand
{
    private const int StandardLists = 16;
    private const int StandardAccounts = 8;
    private const int ProcessorsOfLoop = 4;

    /// <summary>YCSB's records have ten fields of a hundred bytes; here they are one value.</summary>
    private const int RecordBytes = 1000;

    /// <summary>What one transaction may name at most.</summary>
    private const int MostAccounts = 65_536;

    private static readonly BenchOptions Standard = new() { Nodes = [] };

    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "Nodes' addresses in the chosen protocol, used in turn; may be given several times. [default: those of 127.0.0.1 that 'catena up' assigns]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<BenchWorkload> Workload = new("--workload", "-w")
    {
        Description = "What to do. register: read and write single keys. a to f: the core workloads of YCSB. append: append to lists and read them, several in a transaction. bank: move money between accounts, and read all of "
            + "them at once. multi: write or read a key in each of several partitions. prepared: transactions call by call, through Thrift: begin, puts, prepare, commit or rollback.",
        HelpName = "register|a|b|c|d|e|f|append|bank|multi|prepared",
        DefaultValueFactory = _ => BenchWorkload.Register,
    };

    private static readonly Option<BenchProtocol?> Protocol = new("--protocol")
    {
        Description = "Through which protocol. [default: redis; thrift for e and prepared]",
        HelpName = "redis|thrift",
    };

    private static readonly Option<BenchDistribution?> Distribution = new("--distribution")
    {
        Description = "Which keys operations are about: all alike, few much more often than others, or newer ones more often. [default: what belongs to the workload; uniform for register]",
        HelpName = "uniform|zipfian|latest",
    };

    private static readonly Option<BenchPhase> Phase = new("--phase")
    {
        Description = "Of workloads a to f: write all records first, then run; or one of both.",
        HelpName = "both|load|run",
        DefaultValueFactory = _ => BenchPhase.Both,
    };

    private static readonly Option<int> MostScanned = Ranges.Option("--max-scan", "Of workload e: how many records a scan reads at most.", Standard.MostScanned, 1, RecordKeys.GroupRecords);
    private static readonly Option<int> Rollbacks = Ranges.Option("--rollbacks", "How many transactions of prepared in a hundred are rolled back.", Standard.RollbackPercent, 0, 100);

    private static readonly Option<int?> Rate = Ranges.Optional(
        "--rate",
        "Open loop: how many operations a second are due. Each is sent when it is due, or later when a connection has room, and its latency counts from when it was due. [default: closed loop, as many as are answered]",
        1,
        100_000_000);

    private static readonly Option<int> Threads = ConnectionsOption();
    private static readonly Option<int?> Loops = Ranges.Optional("--loops", "How many threads drive the connections, where they have none of their own. [default: one for every four processors]", 1, 256);
    private static readonly Option<TimeSpan> Seconds = Durations.Option("--seconds", "How long.", Standard.Duration);
    private static readonly Option<int?> Keys = Ranges.Optional(
        "--keys",
        $"From how many keys operations draw. [default: {Standard.Keys}; {StandardLists} lists of append; {StandardAccounts} accounts of bank; groups of --spread keys with multi and prepared]",
        1,
        int.MaxValue);

    private static readonly Option<int> Steps = Ranges.Option("--steps", "How many steps a transaction of append has at most.", Standard.Steps, 1, 1000);
    private static readonly Option<int> Spread = Ranges.Option(
        "--spread", "In how many partitions a transaction of multi or prepared has a key each; the cluster is to have that many.", Standard.Spread, 1, MultiLoad.MostSpread);

    private static readonly Option<string?> KeyPrefix = new("--key-prefix")
    {
        Description = "What keys begin with; a number follows. [default: key-; user for workloads a to f, prepared- for prepared, and something new each time with --history, append and bank]",
        HelpName = "text",
    };

    private static readonly Option<int?> ValueBytes = Ranges.Optional(
        "--value-size", $"How long values are at least, in bytes. [default: {Standard.ValueBytes}; {RecordBytes} for workloads a to f]", 1, 16 << 20);

    private static readonly Option<int> Reads = Ranges.Option("--reads", "How many operations in a hundred are reads; with append steps, with bank and multi transactions.", Standard.ReadPercent, 0, 100);
    private static readonly Option<int> Pipeline = Ranges.Option("--pipeline", "How many operations a connection sends at once; in an open loop, how many it may have under way.", Standard.Pipeline, 1, 4096);
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

    private static readonly Option<string?> Html = new("--html")
    {
        Description = "Write a report with plots as one HTML page that needs nothing else.",
        HelpName = "file",
    };

    private static readonly Option<bool> Progress = new("--progress") { Description = "Print a line a second on how it goes to the error output, also where that is no terminal." };

    private static readonly Argument<string[]> Classic = new("classic")
    {
        Description = "The classic form: ZooKeeper's servers, the path under which Thrift servers are announced, threads, seconds, and the number of keys. Half puts, half gets; prints two lines.",
        HelpName = "zk path threads seconds keyspace",
        Arity = new ArgumentArity(0, ClassicBench.Words),
        DefaultValueFactory = _ => [],
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "bench",
            "Puts load on a cluster and prints throughput and latency. Percentiles are at most 0.8 % above the truth, and never below.",
            new("catena bench", "eight connections, half reads, ten seconds"),
            new("catena bench --threads 50 --reads 0 --pipeline 16 --seconds 30", "writes only, in pipelines of 16"),
            new("catena bench --workload a --keys 1000000 --threads 50 --html a.html", "YCSB's workload A on a million records, with a report"),
            new("catena bench --workload b --phase run --rate 20000 --keys 1000000", "open loop: 20,000 operations a second are due, on records that are there"),
            new("catena bench --protocol thrift --node 127.0.0.1:7201 --keys 1000000", "through Thrift, on one node"),
            new("catena bench 127.0.0.1:7000 /kvstore 8 10 1000", "the classic form, for servers announced with --announce thrift=/kvstore"),
            new("catena bench --keys 20 --seconds 60 --history history.jsonl", "few keys, written down for a linearizability checker"),
            new("catena bench --workload append --history history.edn", "transactions on a few lists, written down likewise"),
            new("catena bench --workload multi --spread 3 --reads 0", "transactions that write in three partitions each"),
            new("catena bench --workload prepared --rollbacks 50", "transactions that are prepared, half of them rolled back"))
        {
            Classic, Nodes, BasePort, Workload, Protocol, Distribution, Phase, Threads, Loops, Rate, Seconds, Keys, KeyPrefix, Steps, Spread, MostScanned, Rollbacks, ValueBytes, Reads, Pipeline, Pause, Fill, Timeout,
            PasswordFile, History, Json, Html, Progress,
        };
        command.Subcommands.Add(LagCommand.Create());
        command.Subcommands.Add(FailoverCommand.Create());
        command.Subcommands.Add(RecoveryCommand.Create());
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
        Protocol = parsed.GetValue(Protocol) ?? (parsed.GetValue(Workload) is BenchWorkload.E or BenchWorkload.Prepared ? BenchProtocol.Thrift : BenchProtocol.Redis),
        Distribution = parsed.GetValue(Distribution) ?? OperationMix.DistributionOf(parsed.GetValue(Workload)),
        Phase = parsed.GetValue(Phase),
        MostScanned = parsed.GetValue(MostScanned),
        RollbackPercent = parsed.GetValue(Rollbacks),
        Rate = parsed.GetValue(Rate) ?? 0,
        Threads = parsed.GetValue(Threads),
        Loops = LoopsOf(parsed.GetValue(Loops), parsed.GetValue(Threads)),
        Duration = parsed.GetValue(Seconds),
        Keys = parsed.GetValue(Keys) ?? parsed.GetValue(Workload) switch
        {
            BenchWorkload.Append => StandardLists,
            BenchWorkload.Bank => StandardAccounts,
            _ => Standard.Keys,
        },
        KeyPrefix = parsed.GetValue(KeyPrefix) ?? (NeedsNewKeys(parsed) ? FreshPrefix() : PrefixOf(parsed.GetValue(Workload))),
        Steps = parsed.GetValue(Steps),
        Spread = parsed.GetValue(Spread),
        ValueBytes = parsed.GetValue(ValueBytes) ?? (BenchWorkloads.IsYcsb(parsed.GetValue(Workload)) ? RecordBytes : Standard.ValueBytes),
        ReadPercent = parsed.GetValue(Reads),
        Pipeline = parsed.GetValue(Pipeline),
        Pause = parsed.GetValue(Pause),
        Fill = parsed.GetValue(Fill),
        Timeout = parsed.GetValue(Timeout),
        Password = PasswordOption.Read(parsed.GetValue(PasswordFile)),
    };

    private static int LoopsOf(int? asked, int connections) => Math.Min(asked ?? Math.Max(1, Environment.ProcessorCount / ProcessorsOfLoop), connections);

    private static Option<int> ConnectionsOption()
    {
        var option = Ranges.Option("--threads", "How many connections; each has a thread of its own with --history and in workloads of transactions.", Standard.Threads, 1, 4096);
        option.Aliases.Add("--connections");
        return option;
    }

    private static void RefuseWhatDoesNotFit(CommandResult result)
    {
        // What is no workload or no number is refused by the parser.
        _ = Enum.TryParse<BenchWorkload>(Given(result, Workload), ignoreCase: true, out var workload);
        var isYcsb = BenchWorkloads.IsYcsb(workload);
        if (BenchWorkloads.IsTransactional(workload)
            && (IsGiven(result, Protocol) || IsGiven(result, Pipeline) || IsGiven(result, Fill) || IsGiven(result, Rate) || IsGiven(result, Loops) || IsGiven(result, Distribution)))
        {
            result.AddError("--protocol, --pipeline, --fill, --rate, --loops and --distribution are for --workload register and a to f only.");
        }

        if (isYcsb && (IsGiven(result, Reads) || IsGiven(result, Fill) || IsGiven(result, History)))
        {
            result.AddError("--reads, --fill and --history are not for the workloads a to f: they have mixes of their own, --phase says whether records are written first, and no checker judges them.");
        }

        if (!isYcsb && IsGiven(result, Phase))
        {
            result.AddError("--phase is for --workload a to f only.");
        }

        if (IsGiven(result, History) && (IsGiven(result, Rate) || IsGiven(result, Loops) || IsGiven(result, Distribution)))
        {
            result.AddError("--rate, --loops and --distribution do not go with --history.");
        }

        if (IsGiven(result, Rate) && IsGiven(result, Pause))
        {
            result.AddError("--rate says when operations are due, and so does --pause; give only one.");
        }

        if (workload == BenchWorkload.Bank && int.TryParse(Given(result, Keys), CultureInfo.InvariantCulture, out var accounts) && (accounts < 2 || accounts > MostAccounts))
        {
            result.AddError($"--workload bank needs 2 to {MostAccounts} accounts (--keys).");
        }

        if ((workload != BenchWorkload.Append && IsGiven(result, Steps)) || (workload is not (BenchWorkload.Multi or BenchWorkload.Prepared) && IsGiven(result, Spread)))
        {
            result.AddError("--steps is for --workload append only, and --spread for --workload multi and prepared.");
        }

        if ((workload != BenchWorkload.E && IsGiven(result, MostScanned)) || (workload != BenchWorkload.Prepared && IsGiven(result, Rollbacks)))
        {
            result.AddError("--max-scan is for --workload e only, and --rollbacks for --workload prepared.");
        }

        if (workload == BenchWorkload.Prepared && IsGiven(result, History))
        {
            result.AddError("--workload prepared cannot be written down with --history.");
        }

        ClassicBench.Refuse(result, Classic);
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static string? Given(CommandResult result, Option option) => result.GetResult(option)?.Tokens is [var token] ? token.Value : null;

    /// <summary>Lists and accounts are empty at the beginning, also where nobody writes down what becomes of them.</summary>
    private static bool NeedsNewKeys(ParseResult parsed) =>
        parsed.GetValue(History) is not null || parsed.GetValue(Workload) is BenchWorkload.Append or BenchWorkload.Bank;

    /// <summary>Workloads that take each other's values for their own, or for none, have keys apart.</summary>
    private static string PrefixOf(BenchWorkload workload) => workload switch
    {
        BenchWorkload.Prepared => "prepared-",
        _ => BenchWorkloads.IsYcsb(workload) ? "user" : Standard.KeyPrefix,
    };

    /// <summary>A history must know what its keys held at the beginning: nothing, since nobody has used them.</summary>
    private static string FreshPrefix() =>
        string.Create(CultureInfo.InvariantCulture, $"key-{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff}-{Environment.ProcessId}-");

    private static int Run(ParseResult parsed)
    {
        using var stop = StopSignal.OnEverySignal();
        using var hurried = stop.Hurry.Register(() => Environment.Exit(ExitCode.Failed));
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Classic) is { Length: > 0 } words)
        {
            return ClassicBench.Run(words, parsed.GetValue(Timeout), output, stop.Stop);
        }

        var options = Read(parsed);
        var isGuess = options.Nodes.Count == 0;
        var layout = new PortLayout(parsed.GetValue(BasePort));
        var nodes = isGuess ? layout.Guess(ports => options.Protocol == BenchProtocol.Thrift ? ports.Thrift : ports.Redis) : options.Nodes;
        var listening = BenchRunner.Listening(nodes, options.Timeout);
        options = options with { Nodes = isGuess ? listening : nodes };

        using var history = OpenFile(parsed.GetValue(History), "the history");
        using var html = OpenFile(parsed.GetValue(Html), "the report");
        var isJson = parsed.GetValue(Json);
        var result = parsed.GetValue(Progress) ? BenchRunner.Run(options, history, new ProgressLines(Console.Error).Show, stop.Stop)
            : isJson || Console.IsErrorRedirected ? BenchRunner.Run(options, history, _ => { }, stop.Stop)
            : ProgressBar.Run(watch => BenchRunner.Run(options, history, watch, stop.Stop));
        if (isJson)
        {
            BenchJson.Print(result, output);
        }
        else
        {
            BenchReport.Print(result, output);
        }

        if (html is not null)
        {
            using var writer = new StreamWriter(html);
            BenchPage.Write(result, writer);
        }

        return options.Phase == BenchPhase.Load || result.Counts is { Completed: > 0, BrokenSums: 0 } ? ExitCode.Ok : ExitCode.Failed;
    }

    private static FileStream? OpenFile(string? path, string what)
    {
        try
        {
            return path is null ? null : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write {what} to {path}: {refused.Message}", refused);
        }
    }
}
