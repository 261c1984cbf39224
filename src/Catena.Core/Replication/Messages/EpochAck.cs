using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender has made the epoch durable, refuses all lower ones, and tells what its log is.</summary>
/// <param name="Epoch">The epoch that is acknowledged.</param>
/// <param name="Last">The last entry of the sender's log.</param>
/// <param name="Lineage">The log's newest steps, oldest first.</param>
/// <param name="Incarnation">The sender's life.</param>
public sealed record EpochAck(Epoch Epoch, Lsn Last, ImmutableArray<EpochStart> Lineage, ulong Incarnation) : ReplicaMessage(Epoch);
