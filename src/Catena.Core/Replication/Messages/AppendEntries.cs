using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;

namespace Catena.Core.Replication.Messages;

/// <summary>Entries for the receiver's log, and what the sender knows of the log.</summary>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="Incarnation">The receiver's life as the sender knows it: what it says of commits takes account of what that life has.</param>
/// <param name="Previous">The entry before the first; a receiver that does not hold it refuses (<see cref="AppendRefused" />).</param>
/// <param name="Committed">The sequence up to which the sender knows the log to be committed.</param>
/// <param name="Passed">The sequence up to which the log is stable at the sender and at all members before it.</param>
/// <param name="Counting">The learner that is to be counted as a member.</param>
/// <param name="Frames">Entry frames, one behind the other, perhaps none; borrowed during the receiving call.</param>
public sealed record AppendEntries(
    Epoch Epoch,
    ulong Incarnation,
    Lsn Previous,
    ulong Committed,
    ulong Passed,
    Counting Counting,
    ReadOnlyMemory<byte> Frames) : ReplicaMessage(Epoch);
