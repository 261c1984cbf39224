using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Catena.Core.Primitives;

namespace Catena.Core.Placement;

/// <summary>Consistent hashing with bounded loads: which nodes should hold each partition, and which of them should come first.</summary>
/// <remarks>
/// <para>
/// Each node has virtual nodes on a ring of 64-bit hashes, in proportion to its weight. A partition stands on the ring too and
/// walks clockwise; it takes the nodes that it meets, but passes over one that is full (Mirrokni, Thorup and Zadimoghaddam,
/// "Consistent Hashing with Bounded Loads", 2016, section 1). So a node that joins or leaves moves little more than its share,
/// and yet no node carries more than the load factor times its share, rounded up.
/// </para>
/// <para>
/// Beyond the paper, a partition takes several distinct nodes, as few of one zone as the zones allow. A node's share is therefore
/// not just its weight's: no node can hold a partition twice, and no zone more replicas of a partition than are needed when all
/// zones are used evenly. What such a limit keeps from a node or zone is divided among the others by weight. So zones come before
/// even load: the single node of a zone holds a copy of everything if only that keeps the replicas apart.
/// </para>
/// <para>
/// Promises, for any input: a partition has as many replicas as asked for, or as many as there are nodes; they are distinct; no zone
/// holds more of them than it must; no node exceeds its bound. Within that, first places are within their own bound (the load
/// factor times the node's share of the partitions, rounded up) wherever the replica lists permit. The result depends on the set of
/// nodes and the numbers alone, not on the order in which nodes are given, the machine or the time.
/// </para>
/// </remarks>
public static class Ring
{
    /// <summary>The most replicas a partition can have.</summary>
    public const int MaxReplicas = 16;

    /// <summary>The nodes that should hold each partition, the desired first member first.</summary>
    /// <param name="nodes">The nodes to place on, in any order.</param>
    /// <param name="partitions">The cluster's number of partitions.</param>
    /// <param name="replicas">How many replicas each partition should have; at most <see cref="MaxReplicas" />.</param>
    /// <param name="settings">How evenness is traded against movement.</param>
    /// <param name="areNew">Whether the partitions are new: no first place moves then, so that no node is given more of them than its share, rounded up.</param>
    /// <returns>One list a partition, by the partition's number; empty lists if there are no nodes.</returns>
    /// <exception cref="ArgumentException">A number is out of range, a node has no id or a weight out of range, or two have the
    /// same id.</exception>
    public static ImmutableArray<ImmutableArray<NodeId>> Place(
        IEnumerable<RingNode> nodes, int partitions, int replicas, RingSettings settings, bool areNew = false)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, PartitionMap.MinPartitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, PartitionMap.MaxPartitions);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicas, MaxReplicas);
        settings.Validate();
        RingNode[] sorted = [.. nodes.OrderBy(node => node.Id)];
        Validate(sorted);
        if (sorted.Length == 0)
        {
            return [.. Enumerable.Repeat(ImmutableArray<NodeId>.Empty, partitions)];
        }

        var walk = new RingWalk(sorted, settings.VirtualNodes);
        var bounds = ReplicaBounds.Compute(sorted, partitions, Math.Min(replicas, sorted.Length), settings.LoadFactor);
        var placed = new ReplicaPlacement(walk, bounds, partitions).PlaceAll();
        var weights = Array.ConvertAll(sorted, node => node.WeightAsFirst);
        var firsts = FirstPlaces.Choose(placed, weights, areNew ? 1 : settings.LoadFactor);
        var result = new ImmutableArray<NodeId>[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            result[partition] = Ordered(placed[partition], firsts[partition], sorted);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(result);
    }

    private static ImmutableArray<NodeId> Ordered(int[] replicas, int first, RingNode[] nodes)
    {
        var ordered = new NodeId[replicas.Length];
        ordered[0] = nodes[first].Id;
        var next = 1;
        foreach (var replica in replicas)
        {
            if (replica != first)
            {
                ordered[next++] = nodes[replica].Id;
            }
        }

        Debug.Assert(next == ordered.Length, "The first place goes to one of the replicas.");
        return ImmutableCollectionsMarshal.AsImmutableArray(ordered);
    }

    private static void Validate(RingNode[] sorted)
    {
        for (var index = 0; index < sorted.Length; index++)
        {
            var node = sorted[index];
            if (node.Id == NodeId.None)
            {
                throw new ArgumentException("A node without an id cannot be placed on the ring.");
            }

            if (node.Zone is null)
            {
                throw new ArgumentException($"Node {node.Id} has no zone; a node without one says so by an empty text.");
            }

            if (node.Weight is < 1 or > RingNode.MaxWeight)
            {
                throw new ArgumentException($"The weight of node {node.Id} must be from 1 to {RingNode.MaxWeight}, not {node.Weight}.");
            }

            if (node.LeadWeight is < 0 or > RingNode.MaxWeight)
            {
                throw new ArgumentException($"The lead weight of node {node.Id} must be from 0 to {RingNode.MaxWeight}, not {node.LeadWeight}.");
            }

            if (index > 0 && sorted[index - 1].Id == node.Id)
            {
                throw new ArgumentException($"Node {node.Id} is on the ring twice.");
            }
        }
    }
}
