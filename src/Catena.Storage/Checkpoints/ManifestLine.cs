using Catena.Core.Primitives;

namespace Catena.Storage.Checkpoints;

/// <summary>Where recovery begins for one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Number">The number of its checkpoint; 0 where it has none, so that all of its records are needed.</param>
/// <param name="From">Every record of it before this position of the journal is in the checkpoint.</param>
/// <param name="Keep">Entries from this position on, not behind <paramref name="From" />, are in the checkpoint's log and not yet in its keys.</param>
internal readonly record struct ManifestLine(PartitionId Partition, ulong Number, long From, long Keep);
