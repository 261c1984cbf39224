using Catena.Core.Primitives;

namespace Catena.Server.PubSub;

/// <summary>The way of published messages to other nodes.</summary>
internal interface IPubSubPort
{
    /// <summary>All other nodes, reachable or not.</summary>
    ReadOnlySpan<NodeId> Peers { get; }

    /// <summary>Sends a frame; copies it and never blocks. Frames to one node arrive in their order or not at all.</summary>
    /// <param name="to">The node.</param>
    /// <param name="frame">The frame (<see cref="PubSubFrame" />).</param>
    /// <param name="maxQueue">How many bytes may wait for the node.</param>
    /// <returns>False where it was dropped: the node cannot be reached or too much waits for it.</returns>
    bool TrySend(NodeId to, ReadOnlySpan<byte> frame, int maxQueue);
}
