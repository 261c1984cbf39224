using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using Catena.Core.Replication;
using Catena.Faults.Faults;

namespace Catena.Faults.Running;

/// <summary>The command line of eng/faults.</summary>
internal static class CommandLine
{
    private const int ExitViolations = 1;
    private const int ExitNotRun = 2;
    private const string Changing = "changing";

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "For how long rounds are begun; each kind of fault strikes at least once, however long that takes.",
        HelpName = "number",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<ulong?> Seed = new("--seed")
    {
        Description = "What faults and operations are drawn from. [default: a new one, which is printed]",
        HelpName = "number",
    };

    private static readonly Option<FaultKind[]> Only = new("--only")
    {
        Description = "The kinds of faults, with commas between them. [default: all that make sense in the mode]",
        HelpName = "kinds",
        CustomParser = ReadKinds,
    };

    private static readonly Option<string> Mode = new("--mode")
    {
        Description = $"How partitions replicate; '{Changing}' passes from mode to mode, every few seconds during a round and once more after it.",
        HelpName = string.Join('|', [.. ReplicationModes.Names, Changing]),
        DefaultValueFactory = _ => ReplicationModes.NameOf(ReplicationMode.PrimaryBackup),
    };

    private static readonly Option<int> Nodes = new("--nodes")
    {
        Description = "How many nodes; partitions have three replicas in any case.",
        HelpName = "3|5",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<bool> ZooKeeper = new("--zookeeper")
    {
        Description = "Coordinate by Apache ZooKeeper (Debian's package) and not by the embedded coordinator.",
    };

    private static readonly Option<string?> Json = new("--json") { Description = "Write figures and violations to a file.", HelpName = "file" };

    private static readonly Option<string?> Keep = new("--keep")
    {
        Description = "Keep histories, logs and data in a new directory.",
        HelpName = "directory",
    };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>0 if all was well, 1 if a promise was broken, 2 if the run could not be made.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is [CoordinatorCommandLine.Name, ..])
        {
            return await CoordinatorCommandLine.RunAsync([.. arguments.Skip(1)]);
        }

        var root = new RootCommand(
            "Hurts a cluster of real processes while three foreign clients and two loads of transactions use it, and judges what they were told.\n\n"
            + "Kinds of faults:\n" + FaultKinds.Help + "\n\n"
            + "Examples:\n"
            + "  eng/faults                                       # 20 minutes of everything; needs root for namespaces and a small file system\n"
            + "  eng/faults --minutes 1 --only kill,pause,cut\n"
            + "  eng/faults --minutes 2 --only kill,kill-all      # nothing but processes: no root, on loopback\n"
            + "  eng/faults --mode chain --minutes 8              # heads, middles and tails\n"
            + "  eng/faults --seed 42 --json faults.json --keep /tmp/faults\n\n"
            + "A seed repeats the faults and their order, not the timing of processes. The last line is \"N rounds, V violations\"; the exit code is 1 where V is not 0,\n"
            + "and 2 where the run could not be made.");
        Nodes.AcceptOnlyFromAmong("3", "5");
        Mode.AcceptOnlyFromAmong([.. ReplicationModes.Names, Changing]);
        foreach (var option in new Option[] { Minutes, Seed, Only, Mode, Nodes, ZooKeeper, Json, Keep })
        {
            root.Options.Add(option);
        }

        root.SetAction(RunAsync);
        var parsed = root.Parse([.. arguments]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? ExitNotRun : code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await new FaultsRun(Read(parsed), Console.Out).RunAsync(stop.Token) ? 0 : ExitViolations;
        }
        catch (HarnessException impossible)
        {
            await Console.Error.WriteLineAsync($"eng/faults: {impossible.Message}");
            return ExitNotRun;
        }
    }

    private static FaultsOptions Read(ParseResult parsed)
    {
        ReplicationMode? mode = ReplicationModes.TryParse(parsed.GetRequiredValue(Mode), out var named) ? named : null;
        return new FaultsOptions
        {
            Length = TimeSpan.FromMinutes(parsed.GetValue(Minutes)),
            Seed = parsed.GetValue(Seed) ?? (ulong)Random.Shared.Next(),
            Kinds = parsed.GetValue(Only) is { Length: > 0 } only ? only
                : mode == ReplicationMode.PrimaryBackup ? FaultKinds.WithoutChains : FaultKinds.All,
            Nodes = parsed.GetValue(Nodes),
            Mode = mode,
            UsesZooKeeper = parsed.GetValue(ZooKeeper),
            Json = parsed.GetValue(Json),
            Keep = parsed.GetValue(Keep),
            Prefix = FromLauncher("CATENA_FAULTS_PREFIX"),
            Directory = FromLauncher("CATENA_FAULTS_DIRECTORY"),
            Root = FromLauncher("CATENA_FAULTS_ROOT"),
        };
    }

    private static string FromLauncher(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new HarnessException($"{name} is not set: run eng/faults, which cleans up afterwards");

    private static FaultKind[] ReadKinds(ArgumentResult result)
    {
        var kinds = new List<FaultKind>();
        foreach (var name in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (FaultKinds.Find(name) is { } kind)
            {
                kinds.Add(kind);
            }
            else
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"'{name}' is no kind of fault; see eng/faults --help."));
                return [];
            }
        }

        if (kinds.Count == 0)
        {
            result.AddError("--only names no kind of fault.");
        }

        return [.. kinds.Distinct()];
    }
}
