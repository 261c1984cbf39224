using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.Cli.Status;
using Catena.Cli.Up;
using Catena.Server.Coordination.Recovery;
using Catena.Server.Node;
using Catena.ZooKeeper.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Cli.Cluster;

/// <summary>The command <c>catena cluster recover-metadata</c>.</summary>
internal static class RecoverMetadataCommand
{
    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "The HTTP addresses of all the cluster's nodes. [default: 127.0.0.1:7301, 7302, ... as 'catena up' assigns them]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node or --zookeeper is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<string?> ZooKeeper = new("--zookeeper")
    {
        Description = "The ZooKeeper servers that are to hold the tree, as host:port,host:port/chroot. [default: the coordinator of 'catena up']",
        HelpName = "hosts",
    };

    private static readonly Option<string> Name = new("--cluster")
    {
        Description = "The cluster's name.",
        HelpName = "name",
        DefaultValueFactory = _ => new NodeOptions { Name = "", DataDirectory = "", ZooKeeper = "", PeerPort = 0 }.Cluster,
    };

    private static readonly Option<string[]> Gone = new("--gone")
    {
        Description = "The name or id of a node that cannot be asked and will not come back, or not before it can read the new tree; may be given several times.",
        HelpName = "node",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> AcceptDataLoss = new("--accept-data-loss")
    {
        Description = "Go on even where the nodes that are gone may have acknowledged writes that nobody else holds, or where nobody knows a partition.",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be written." };
    private static readonly Option<TimeSpan> Timeout = Durations.Option("--timeout", "How long to wait for each answer.", TimeSpan.FromSeconds(10));
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "recover-metadata",
            "Rebuilds a cluster's tree in ZooKeeper from what its nodes know, after ZooKeeper was wiped or set back to an old copy. The nodes may run or be waiting; "
            + "start those that do not run, they wait for this. Nothing that is newer is overwritten, and nothing is written unless all is well.",
            new("catena cluster recover-metadata", "the cluster that 'catena up' runs on this machine"),
            new("catena cluster recover-metadata --zookeeper zk1:2181,zk2:2181 --node 10.0.0.5:7301 --node 10.0.0.6:7301 --node 10.0.0.7:7301", "one elsewhere: name every node"),
            new("catena cluster recover-metadata --gone node-3 --dry-run", "what would be done where node-3 is lost for good"))
        {
            Nodes, BasePort, ZooKeeper, Name, Gone, AcceptDataLoss, DryRun, Timeout, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var layout = new PortLayout(parsed.GetValue(BasePort));
        var nodes = parsed.GetRequiredValue(Nodes);
        var isGuess = nodes.Length == 0;
        var answers = await AskAsync(isGuess ? layout.Guess(ports => ports.Http) : nodes, isGuess, parsed.GetValue(Timeout), cancellationToken).ConfigureAwait(false);
        var options = new MetadataRecoveryOptions
        {
            ZooKeeper = parsed.GetValue(ZooKeeper) ?? new HostPort("127.0.0.1", layout.Coordinator).ToString(),
            Cluster = parsed.GetRequiredValue(Name),
            Gone = parsed.GetRequiredValue(Gone),
            AcceptDataLoss = parsed.GetValue(AcceptDataLoss),
            DryRun = parsed.GetValue(DryRun),
            Timeout = parsed.GetValue(Timeout),
        };
        try
        {
            var result = await MetadataRecovery.RunAsync(options, answers, NullLogger.Instance, cancellationToken).ConfigureAwait(false);
            Show(parsed, options, result);
            return ExitCode.Ok;
        }
        catch (MetadataRecoveryException refused)
        {
            throw new CommandException(ExitCode.Failed, $"nothing was written:\n{refused.Message}", refused);
        }
        catch (ZooKeeperException failed)
        {
            throw new CommandException(ExitCode.Failed, $"{failed.Message}; what was not written yet is written by running this again", failed);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw new CommandException(ExitCode.Usage, malformed.Message, malformed);
        }
    }

    /// <summary>Asks all nodes; one that was named and does not answer is an error, since its word may be needed.</summary>
    private static async Task<List<ReadOnlyMemory<byte>>> AskAsync(IReadOnlyList<HostPort> nodes, bool isGuess, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var client = new StatusClient(timeout);
        var answers = new List<ReadOnlyMemory<byte>>();
        foreach (var node in nodes)
        {
            var (answer, problem) = await client.MetadataAsync(node, cancellationToken).ConfigureAwait(false);
            if (answer is not null)
            {
                answers.Add(answer);
            }
            else if (!isGuess)
            {
                throw new CommandException(ExitCode.ClusterDead, $"{node} does not tell what it knows: {problem}. Start it, or leave it out and name it with --gone");
            }
        }

        return answers.Count > 0
            ? answers
            : throw new CommandException(ExitCode.ClusterDead, $"no node answers at {string.Join(", ", nodes)}; start them, they wait for the tree, and name them with --node");
    }

    private static void Show(ParseResult parsed, MetadataRecoveryOptions options, MetadataRecoveryResult result)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("cluster", result.ClusterId);
                json.WriteBoolean("dryRun", options.DryRun);
                json.WriteBoolean("newTree", result.IsNewTree);
                json.WriteNumber("partitionsWritten", result.Plan.Writes.Count);
                json.WriteNumber("partitionsKept", result.Plan.Kept);
                WriteAll(json, "partitionsUnknown", result.Plan.Unknown.Select(partition => partition.ToString()));
                WriteAll(json, "partitionsWithPossibleLoss", result.Plan.Lossy.Select(partition => partition.ToString()));
                WriteAll(json, "nodesRegistered", result.Registrations);
                json.WriteEndObject();
            });
            return;
        }

        var verb = options.DryRun ? "would write" : "wrote";
        output.WriteLine($"cluster {result.ClusterId}: {verb} {result.Plan.Writes.Count} configurations, {result.Plan.Kept} stood as they should");
        if (!result.Registrations.IsEmpty)
        {
            output.WriteLine($"{verb} the registrations of {string.Join(", ", result.Registrations)}");
        }

        if (!result.Plan.Lossy.IsEmpty)
        {
            output.WriteLine($"acknowledged writes may be lost in partitions {string.Join(", ", result.Plan.Lossy)}");
        }

        if (!result.Plan.Unknown.IsEmpty)
        {
            output.WriteLine($"nobody knows partitions {string.Join(", ", result.Plan.Unknown)}: they stay away until a node that holds them is asked too");
        }

        if (!options.DryRun)
        {
            output.WriteLine("the nodes take it over by themselves, within a second or so: catena status");
        }
    }

    private static void WriteAll(System.Text.Json.Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
