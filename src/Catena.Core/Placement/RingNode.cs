using Catena.Core.Primitives;

namespace Catena.Core.Placement;

/// <summary>A node as the ring sees it: who it is, what it fails together with, how much it should carry, and of that lead.</summary>
/// <param name="Id">The node; not <see cref="NodeId.None" />.</param>
/// <param name="Zone">What the node fails together with: a rack, a room, a data centre. Nodes with equal text share a zone.</param>
/// <param name="Weight">How much the node carries, in per cent of an ordinary node; from 1 to <see cref="MaxWeight" />.</param>
/// <param name="LeadWeight">
/// Of how many of them it has the first place, in relation to others: one with 50 has half as many as one of the same weight with 100. From 0 to <see cref="MaxWeight" />; with 0 it has only those of partitions of which no node with more has a replica.
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
