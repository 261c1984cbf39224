using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender's log equals the receiver's up to here, and is stable up to here.</summary>
/// <param name="Epoch">The epoch in which the entries were sent.</param>
/// <param name="Through">The sequence of the last entry acknowledged.</param>
/// <param name="Committed">Up to where the sender knows its log to be committed, so that it need not be told again.</param>
/// <param name="Incarnation">The sender's life; what an earlier life acknowledged is void for a learner.</param>
public sealed record AppendAck(Epoch Epoch, ulong Through, ulong Committed, ulong Incarnation) : ReplicaMessage(Epoch);
