using Catena.Core.Primitives;
using Catena.Server.Loops;

namespace Catena.Server.Peers;

/// <summary>Takes what other nodes send.</summary>
/// <remarks>
/// Called on the thread that serves the lane, in turns: all frames that have arrived from all peers are one. Calls for two lanes may run at the same time. It does not block but for what it can afford: while it runs, nothing
/// more is read on that lane. What it throws is taken for a broken invariant.
/// </remarks>
internal interface IPeerReceiver : ITurns
{
    /// <summary>Takes one frame.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="incarnation">The sender's life.</param>
    /// <param name="kind">What it carries.</param>
    /// <param name="payload">The payload, borrowed during the call.</param>
    void Receive(NodeId from, ulong incarnation, PeerFrameKind kind, ReadOnlyMemory<byte> payload);
}
