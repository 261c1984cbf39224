using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>For which partition and epoch a reader asks for a lease.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Epoch">The epoch in which the asker is its reader.</param>
public readonly record struct LeaseRequest(PartitionId Partition, Epoch Epoch);
