using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>Entries for the receiver's log, and how far the log is committed.</summary>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="Incarnation">The receiver's life as the sender knows it: what it says of commits takes account of what that life has.</param>
/// <param name="Previous">The entry before the first; a receiver that does not hold it refuses (<see cref="AppendRefused" />).</param>
/// <param name="Committed">The sequence up to which the sender knows the log to be committed.</param>
/// <param name="Frames">Entry frames, one behind the other, perhaps none; borrowed during the receiving call.</param>
public sealed record AppendEntries(
    Epoch Epoch, ulong Incarnation, Lsn Previous, ulong Committed, ReadOnlyMemory<byte> Frames) : ReplicaMessage(Epoch);
