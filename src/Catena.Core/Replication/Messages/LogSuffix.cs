using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The answer to <see cref="LogFetch" />: entries in order, perhaps not yet all.</summary>
/// <param name="Epoch">The epoch being opened.</param>
/// <param name="After">The entry before the first.</param>
/// <param name="Frames">Entry frames, one behind the other; borrowed during the receiving call.</param>
/// <param name="Last">The last entry of the sender's log: when the receiver has it, it has all.</param>
public sealed record LogSuffix(Epoch Epoch, Lsn After, ReadOnlyMemory<byte> Frames, Lsn Last) : ReplicaMessage(Epoch);
