using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender's log equals the receiver's up to here and is stable up to here.</summary>
/// <param name="Epoch">The epoch in which the entries were sent.</param>
/// <param name="Through">The sequence of the last entry acknowledged.</param>
/// <param name="AllThrough">Up to where the same holds of all members behind the sender as well: what commits hang on.</param>
/// <param name="Committed">
/// Up to where the sender knows the log to be committed; where entries are committed at the end of a chain, up to where the reader has applied them.
/// </param>
/// <param name="Counted">The newest <see cref="Flow.Counting.Number" /> that the sender and all members behind it heed.</param>
/// <param name="Incarnation">The sender's life; what an earlier life acknowledged is void for a learner.</param>
public sealed record AppendAck(Epoch Epoch, ulong Through, ulong AllThrough, ulong Committed, ulong Counted, ulong Incarnation) : ReplicaMessage(Epoch);
