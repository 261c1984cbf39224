using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>Who should have the first place of each partition, given who its members are now, and whether it is worth a change.</summary>
/// <remarks>
/// Only partitions in which nothing is in flight may change; the others count where they are. The goal keeps every first member
/// that does not have too many places, and is as even as the members permit; but it is pursued only while some node is off its
/// share by more than the tolerance. Only what a node without a weight leads, where another member has one, is moved in any case.
/// </remarks>
internal sealed class FirstPlaceGoal
{
    private readonly NodeId[] _nodes;
    private readonly double[] _weights;
    private readonly int[] _presentFirsts;
    private readonly int[] _chosen;

    /// <summary>The goal for partitions sorted by id.</summary>
    /// <param name="partitions">Every partition.</param>
    /// <param name="isSettled">Whether a partition's first place may be moved now.</param>
    /// <param name="nodes">The nodes' standings.</param>
    /// <param name="tolerance">By what part of its share a node may be off.</param>
    public FirstPlaceGoal(
        IReadOnlyList<PartitionView> partitions, Func<PartitionView, bool> isSettled, NodeStandings nodes, double tolerance)
    {
        _nodes = [.. partitions.SelectMany(partition => partition.Configuration.Members).Distinct().Order()];
        var candidates = new int[partitions.Count][];
        for (var index = 0; index < candidates.Length; index++)
        {
            candidates[index] = Candidates(partitions[index], isSettled(partitions[index]), nodes);
        }

        _weights = Array.ConvertAll(_nodes, nodes.WeightAsFirstOf);
        _presentFirsts = [.. partitions.Select(partition => IndexOf(partition.Configuration.First))];
        _chosen = FirstPlaces.Choose(candidates, _weights, 1);
        IsUneven = FindUnevenness(FirstPlaces.Shares(candidates, _weights), tolerance);
    }

    /// <summary>Whether some node is off its share by more than the tolerance, and the goal would mend it.</summary>
    public bool IsUneven { get; }

    /// <summary>Who should have the first place of the partition with this index; none if it has no member that could.</summary>
    public NodeId NewFirstOf(int index) => _chosen[index] == FirstPlaces.Nobody ? NodeId.None : _nodes[_chosen[index]];

    /// <summary>Whether the partition with this index is led by a node without a weight, though another of its members could.</summary>
    public bool IsMisled(int index) => _chosen[index] != FirstPlaces.Nobody && _weights[_presentFirsts[index]] == 0 && _weights[_chosen[index]] > 0;

    private int[] Candidates(PartitionView partition, bool settled, NodeStandings nodes)
    {
        var members = partition.Configuration.Members;
        if (settled && members.Any(nodes.IsReady))
        {
            return [.. members.Where(nodes.IsReady).Select(IndexOf)];
        }

        return nodes.IsLive(members[0]) ? [IndexOf(members[0])] : [];
    }

    private bool FindUnevenness(double[] shares, double tolerance)
    {
        var present = new int[_nodes.Length];
        var planned = new int[_nodes.Length];
        for (var index = 0; index < _chosen.Length; index++)
        {
            if (_chosen[index] != FirstPlaces.Nobody)
            {
                present[IsMisled(index) ? _chosen[index] : _presentFirsts[index]]++;
                planned[_chosen[index]]++;
            }
        }

        for (var node = 0; node < _nodes.Length; node++)
        {
            var tooMany = present[node] > planned[node] && present[node] > LoadShares.Bound(shares[node], 1 + tolerance);
            var tooFew = present[node] < planned[node] && present[node] < (int)(shares[node] * (1 - tolerance));
            if (tooMany || tooFew)
            {
                return true;
            }
        }

        return false;
    }

    private int IndexOf(NodeId node) => Array.BinarySearch(_nodes, node);
}
