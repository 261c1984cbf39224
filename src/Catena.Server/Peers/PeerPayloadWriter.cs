using System.Buffers;

namespace Catena.Server.Peers;

/// <summary>Writes a frame's payload straight into the link's buffer.</summary>
/// <remarks>Called under the link's lock: it only writes. If it throws, the frame is taken back.</remarks>
/// <typeparam name="TState">What it writes from.</typeparam>
/// <param name="writer">Where to.</param>
/// <param name="state">What the sender gave.</param>
internal delegate void PeerPayloadWriter<TState>(IBufferWriter<byte> writer, TState state)
    where TState : allows ref struct;
