using Catena.Core.Primitives;

namespace Catena.Core.Placement;

/// <summary>A node as the ring sees it: who it is, what it fails together with, how much it should carry, and of that lead.</summary>
/// <param name="Id">The node; not <see cref="NodeId.None" />.</param>
/// <param name="Zone">What the node fails together with: a rack, a room, a data centre. Nodes with equal text share a zone.</param>
/// <param name="Weight">How much the node carries, in per cent of an ordinary node; from 1 to <see cref="MaxWeight" />.</param>
/// <param name="LeadWeight">
/// Of how many partitions the node has the first place, in per cent of what its weight entitles it to; from 0 to <see cref="MaxWeight" />. With 0 it has those only that nobody else of their members may have.
/// </param>
public readonly record struct RingNode(NodeId Id, string Zone, int Weight = RingNode.OrdinaryWeight, int LeadWeight = RingNode.OrdinaryWeight)
{
    /// <summary>The weight of a node that nothing is said about.</summary>
    public const int OrdinaryWeight = 100;

    /// <summary>The largest weight: a hundred ordinary nodes.</summary>
    public const int MaxWeight = 10_000;

    /// <summary>The node's weight where first places are shared out.</summary>
    public double WeightAsFirst => Weight * (LeadWeight / (double)OrdinaryWeight);
}
