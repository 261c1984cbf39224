using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>Which ports a development cluster uses, all counted from one base.</summary>
/// <remarks>
/// The coordinator has the base itself; node i, counted from 1, has base + 100 + i for the Redis protocol, + 200 for Thrift, + 300 for HTTP,
/// + 400 for its peers and + 500 for the table service; base + i is for the plain-text service.
/// </remarks>
/// <param name="BasePort">The base.</param>
internal sealed record PortLayout(int BasePort)
{
    /// <summary>The base where none is given.</summary>
    public const int StandardBase = 7000;

    /// <summary>How many nodes fit between two groups of ports.</summary>
    public const int MostNodes = 99;

    /// <summary>The highest base that leaves room for every node's ports.</summary>
    public const int HighestBase = ushort.MaxValue - 500 - MostNodes;

    /// <summary>How many nodes a command tries that was not told where the cluster is.</summary>
    private const int GuessedNodes = 9;

    /// <summary>The port of the embedded coordinator.</summary>
    public int Coordinator => BasePort;

    /// <summary>The ports of one node.</summary>
    /// <param name="node">Its number, from 1.</param>
    public NodePorts Of(int node)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(node, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(node, MostNodes);
        return new NodePorts(
            BasePort + 100 + node, BasePort + 200 + node, BasePort + 300 + node, BasePort + 400 + node, BasePort + 500 + node, BasePort + node);
    }

    /// <summary>Where to look for a cluster on this machine, for one kind of port.</summary>
    /// <param name="kind">Which of a node's ports.</param>
    public HostPort[] Guess(Func<NodePorts, int> kind) =>
        [.. Enumerable.Range(1, GuessedNodes).Select(node => new HostPort("127.0.0.1", kind(Of(node))))];
}
