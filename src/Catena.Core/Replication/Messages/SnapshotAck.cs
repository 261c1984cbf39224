using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>Whether a chunk has been taken; the last one is acknowledged when the whole state is stable.</summary>
/// <param name="Epoch">The epoch of the transfer.</param>
/// <param name="Transfer">The number of the transfer.</param>
/// <param name="Number">The number of the chunk.</param>
/// <param name="IsTaken">Whether the next chunk may come; otherwise this transfer cannot be continued and another must begin.</param>
/// <param name="Incarnation">The sender's life.</param>
public sealed record SnapshotAck(Epoch Epoch, ulong Transfer, uint Number, bool IsTaken, ulong Incarnation) : ReplicaMessage(Epoch);
