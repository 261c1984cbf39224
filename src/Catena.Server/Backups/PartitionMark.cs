using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>Where a partition's log stands while it is held.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Last">The last entry of its log.</param>
public readonly record struct PartitionMark(PartitionId Partition, Lsn Last);
