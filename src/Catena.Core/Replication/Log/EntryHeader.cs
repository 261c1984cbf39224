using Catena.Core.Primitives;

namespace Catena.Core.Replication.Log;

/// <summary>What identifies an entry of a partition's log.</summary>
/// <param name="Partition">The partition whose log the entry is in.</param>
/// <param name="Lsn">The entry's position.</param>
/// <param name="Type">What the body holds.</param>
/// <param name="Committed">
/// The sequence up to which the proposer knew the log to be committed when it proposed the entry; less than the entry's own. It
/// lets a restarted replica apply what is known to be committed without asking.
/// </param>
public readonly record struct EntryHeader(PartitionId Partition, Lsn Lsn, EntryType Type, ulong Committed);
