using System.Text.Json.Serialization;
using Catena.Cli.CommandLine;
using Catena.Core.Replication;

namespace Catena.Cli.Up;

/// <summary>What of a development cluster outlives a run, and so is kept in its directory.</summary>
/// <remarks>
/// Partitions, replicas, min-in-sync, the cluster's name and the kind of coordinator are fixed when the directory is made: the data depend on
/// them. Nodes may be added, for the controller finds them work; they are not taken away, for they hold replicas. The base port may change
/// between runs.
/// </remarks>
internal sealed record ClusterShape
{
    private const int LeastPartitions = 16;
    private const int PartitionsPerNode = 4;

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How many replicas a partition.</summary>
    public required int Replicas { get; init; }

    /// <summary>How many members a write needs; a majority of the replicas where 0.</summary>
    public required int MinInSync { get; init; }

    /// <summary>How many partitions.</summary>
    public required int Partitions { get; init; }

    /// <summary>How partitions replicated when the cluster was made; null for the default.</summary>
    public string? Mode { get; init; }

    /// <summary>Where the ports begin.</summary>
    public required int BasePort { get; init; }

    /// <summary>The cluster's name in the coordinator.</summary>
    public required string Cluster { get; init; }

    /// <summary>The coordinating ensemble; null for the embedded server.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>How many members a write needs, the default worked out.</summary>
    [JsonIgnore]
    public int MembersForWrites => MinInSync > 0 ? MinInSync : (Replicas / 2) + 1;

    /// <summary>What a run works with: what was asked, else what the directory says, else the defaults.</summary>
    /// <param name="recorded">What the directory says; null for a new one.</param>
    /// <param name="asked">What the user asked.</param>
    /// <exception cref="CommandException">The two contradict each other, or what is asked makes no sense.</exception>
    public static ClusterShape Resolve(ClusterShape? recorded, UpOptions asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var shape = recorded is null ? Begin(asked) : Continue(recorded, asked);
        if (asked.Leaders > shape.Nodes)
        {
            throw new CommandException(ExitCode.Usage, $"--leaders {asked.Leaders} of {shape.Nodes} nodes cannot be: give --nodes {asked.Leaders}, or fewer leaders");
        }

        return shape;
    }

    /// <summary>Each partition costs a little whether it is used or not, and what is written is gathered by partition; on one machine there are never so many nodes that more would spread the load better.</summary>
    private static int PartitionsFor(int nodes) => Math.Max(LeastPartitions, PartitionsPerNode * nodes);

    private static ClusterShape Begin(UpOptions asked)
    {
        var nodes = asked.Nodes ?? 3;
        var shape = new ClusterShape
        {
            Nodes = nodes,
            Replicas = asked.Replicas ?? Math.Min(3, nodes),
            MinInSync = asked.MinInSync ?? 0,
            Partitions = asked.Partitions ?? PartitionsFor(nodes),
            Mode = asked.Mode is { } mode ? ReplicationModes.NameOf(mode) : null,
            BasePort = asked.BasePort ?? PortLayout.StandardBase,
            Cluster = asked.Cluster ?? "default",
            ZooKeeper = asked.ZooKeeper,
        };
        if (shape.Replicas > shape.Nodes)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{shape.Replicas} replicas need as many nodes, and there are to be {shape.Nodes}: give --nodes {shape.Replicas} or --replicas {shape.Nodes}");
        }

        if (shape.MinInSync > shape.Replicas)
        {
            throw new CommandException(
                ExitCode.Usage, $"--min-in-sync {shape.MinInSync} could never be met by {shape.Replicas} replicas");
        }

        return shape;
    }

    private static ClusterShape Continue(ClusterShape recorded, UpOptions asked)
    {
        Refuse(asked, "partitions", "--partitions", recorded.Partitions, asked.Partitions);
        Refuse(asked, "replicas", "--replicas", recorded.Replicas, asked.Replicas);
        Refuse(asked, "min-in-sync", "--min-in-sync", recorded.MinInSync, asked.MinInSync);
        var made = recorded.Mode ?? ReplicationModes.NameOf(ReplicationMode.PrimaryBackup);
        if (asked.Mode is { } mode && ReplicationModes.NameOf(mode) != made)
        {
            throw Contradiction(asked, $"was made with mode {made}, and --mode says otherwise; `catena mode` changes how a running cluster replicates");
        }

        if (asked.Cluster is { } name && name != recorded.Cluster)
        {
            throw Contradiction(asked, $"belongs to the cluster '{recorded.Cluster}', and --cluster says '{name}'");
        }

        if (asked.Nodes is { } nodes && nodes < recorded.Nodes)
        {
            throw Contradiction(
                asked, $"holds {recorded.Nodes} nodes, and --nodes says {nodes}: nodes can be added here, but not taken away, for they hold replicas");
        }

        if (asked.ZooKeeper is not null && recorded.ZooKeeper is null)
        {
            throw Contradiction(
                asked, "is coordinated by the embedded server, which holds the partitions' configurations, and --zookeeper names another");
        }

        return recorded with
        {
            Nodes = asked.Nodes ?? recorded.Nodes,
            BasePort = asked.BasePort ?? recorded.BasePort,
            ZooKeeper = asked.ZooKeeper ?? recorded.ZooKeeper,
        };
    }

    private static void Refuse(UpOptions asked, string what, string flag, int recorded, int? given)
    {
        if (given is { } value && value != recorded)
        {
            throw Contradiction(asked, $"was made with {what} {recorded}, and {flag} says {value}; that is fixed for a cluster's life");
        }
    }

    private static CommandException Contradiction(UpOptions asked, string how) =>
        new(ExitCode.Usage, $"{Path.GetFullPath(asked.DataDirectory)} {how}. Leave the flag out, or give another --data.");
}
