using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Core.Replication.Messages;

/// <summary>One part of a partition's state, for a replica whose log is too old to be continued.</summary>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="Incarnation">The receiver's life; a chunk that was meant for an earlier one must not replace what this one has.</param>
/// <param name="Transfer">The number of the transfer; a chunk of another than the one under way is ignored.</param>
/// <param name="Number">The number of the chunk, from 0; chunk 0 begins the installation.</param>
/// <param name="Base">The entry after which the log continues the state.</param>
/// <param name="Lineage">The lineage up to <paramref name="Base" />.</param>
/// <param name="Items">The items, as storage encodes them; borrowed during the receiving call.</param>
/// <param name="IsLast">Whether the installation is complete with this chunk.</param>
/// <param name="CompleteThrough">In the last chunk: the state is exact once the log is applied up to here.</param>
/// <param name="Results">In the last chunk: the results kept for retries.</param>
public sealed record SnapshotChunk(
    Epoch Epoch,
    ulong Incarnation,
    ulong Transfer,
    uint Number,
    Lsn Base,
    ImmutableArray<EpochStart> Lineage,
    ReadOnlyMemory<byte> Items,
    bool IsLast,
    ulong CompleteThrough,
    ReadOnlyMemory<byte> Results) : ReplicaMessage(Epoch);
