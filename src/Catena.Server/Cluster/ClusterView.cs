using System.Collections.Immutable;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Server.Cluster;

/// <summary>The cluster as one node sees it at one time; immutable.</summary>
public sealed record ClusterView
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's identity.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>This node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>All registered nodes, by name.</summary>
    public required ImmutableArray<NodeView> Nodes { get; init; }

    /// <summary>The partitions' configurations by number; null where there is none yet.</summary>
    public required ImmutableArray<Configuration?> Partitions { get; init; }

    /// <summary>Whether the cluster has a master, so that it can mend itself.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>The slots of every partition, ascending; none where the cluster has no partitions yet.</summary>
    public SlotRange[] PartitionSlots()
    {
        var map = Partitions.Length > 0 ? new PartitionMap(Partitions.Length) : null;
        return map is null ? [] : [.. Enumerable.Range(0, Partitions.Length).Select(partition => map.SlotsOf(new PartitionId((ushort)partition)))];
    }

    /// <summary>The node with the given id; null where it is not registered.</summary>
    public NodeView? Find(NodeId id) => Nodes.FirstOrDefault(node => node.Id == id);
}
