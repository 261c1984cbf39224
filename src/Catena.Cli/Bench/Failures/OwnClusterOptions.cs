using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;
using Catena.Server.Node;

namespace Catena.Cli.Bench.Failures;

/// <summary>The options of commands that start a cluster of their own.</summary>
internal sealed class OwnClusterOptions
{
    /// <summary>Beside the ports of <c>catena up</c>, so that a measurement does not meet a cluster that is there.</summary>
    private const int StandardBase = PortLayout.StandardBase + 700;

    private const int StandardNodes = 3;
    private const int StandardPartitions = 16;

    private readonly Option<string> _data = new("--data", "-d")
    {
        Description = "The directory of the cluster, where nothing may be yet. [default: one that is made for this and removed]",
        HelpName = "directory",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int> _nodes = Ranges.Option("--nodes", "How many nodes.", StandardNodes, 2, PortLayout.MostNodes);
    private readonly Option<int?> _replicas = Ranges.Optional("--replicas", "How many copies of each partition. [default: 3, or the nodes if fewer]", 2, PortLayout.MostNodes);
    private readonly Option<int> _partitions = Ranges.Option("--partitions", "How many partitions.", StandardPartitions, 1, 16384);
    private readonly Option<int> _basePort = Ranges.Option("--base-port", "Where the ports begin, as with 'catena up'.", StandardBase, 1, PortLayout.HighestBase);
    private readonly Option<Durability> _durability = DurabilityOption.Create();
    private readonly Option<string?> _mode = ReplicationModeOption.Create();

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[_data, _nodes, _replicas, _partitions, _basePort, _durability, _mode])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a command line asks for.</summary>
    public UpOptions Read(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return new UpOptions
        {
            DataDirectory = parsed.GetRequiredValue(_data),
            Nodes = parsed.GetValue(_nodes),
            Replicas = parsed.GetValue(_replicas),
            Partitions = parsed.GetValue(_partitions),
            BasePort = parsed.GetValue(_basePort),
            Durability = parsed.GetValue(_durability),
            Mode = ReplicationModeOption.Read(parsed.GetValue(_mode)),
        };
    }
}
