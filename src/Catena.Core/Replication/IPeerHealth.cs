using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>What this node thinks of the others, by its failure detector.</summary>
public interface IPeerHealth
{
    /// <summary>Whether <paramref name="node" /> is thought to have failed.</summary>
    bool IsSuspected(NodeId node);

    /// <summary>Whether <paramref name="node" /> is thought to be alive, and in this life; nobody knows of a node that has never been heard.</summary>
    bool IsSameLife(NodeId node, ulong incarnation);

    /// <summary>Whether <paramref name="node" /> and each of this node and <paramref name="others" /> have heard each other steadily.</summary>
    bool IsSteady(NodeId node, ReadOnlySpan<NodeId> others);
}
