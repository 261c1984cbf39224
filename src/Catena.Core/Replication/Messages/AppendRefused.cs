using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender does not hold the entry before the ones it was sent; its lineage tells where the logs part.</summary>
/// <param name="Epoch">The epoch in which the entries were sent.</param>
/// <param name="Last">The last entry of the sender's log.</param>
/// <param name="Lineage">The log's newest steps, oldest first.</param>
/// <param name="Incarnation">The sender's life.</param>
public sealed record AppendRefused(Epoch Epoch, Lsn Last, ImmutableArray<EpochStart> Lineage, ulong Incarnation) : ReplicaMessage(Epoch);
