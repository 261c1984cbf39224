using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>What the state of one replica sums up to, to be compared with that of another replica that has applied as much.</summary>
/// <param name="Partition">Which partition.</param>
/// <param name="Applied">The last entry that the state holds.</param>
/// <param name="Keys">How many keys it has.</param>
/// <param name="Digest">The sum over keys, versions, expiry times and values, in key order; null where the state moved on meanwhile.</param>
public readonly record struct ReplicaDigest(PartitionId Partition, Lsn Applied, long Keys, ulong? Digest);
