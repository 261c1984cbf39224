using Catena.Core.Primitives;

namespace Catena.Server.Peers;

/// <summary>Takes what other nodes send.</summary>
/// <remarks>
/// Called on the thread that reads the connection, one such thread a peer and lane; so calls for two peers or lanes may run at the same time. It
/// never blocks: while it runs, nothing more is read from that peer on that lane. What it throws is taken for a broken invariant.
/// </remarks>
internal interface IPeerReceiver
{
    /// <summary>Says that frames have arrived, which are given out next.</summary>
    /// <param name="from">Whose frames they are.</param>
    void BeginBatch(NodeId from);

    /// <summary>Takes one frame.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="incarnation">The sender's life.</param>
    /// <param name="kind">What it carries.</param>
    /// <param name="payload">The payload, borrowed during the call.</param>
    void Receive(NodeId from, ulong incarnation, PeerFrameKind kind, ReadOnlyMemory<byte> payload);

    /// <summary>Says that every frame which had arrived has been given out, so that what they led to can be flushed.</summary>
    /// <param name="from">Whose frames they were.</param>
    void EndBatch(NodeId from);
}
