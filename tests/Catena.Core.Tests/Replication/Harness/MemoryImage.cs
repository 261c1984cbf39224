using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Log;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>Everything of a replica that a crash can leave behind, as of one journal position.</summary>
internal sealed record MemoryImage
{
    internal static ImmutableSortedDictionary<string, MemoryValue> NoState { get; } =
        ImmutableSortedDictionary.Create<string, MemoryValue>(StringComparer.Ordinal);

    internal static MemoryImage Empty { get; } = new();

    internal Lsn Base { get; init; }

    internal ImmutableSortedDictionary<string, MemoryValue> BaseState { get; init; } = NoState;

    internal ImmutableList<MemoryEntry> Entries { get; init; } = [];

    internal ImmutableArray<EpochStart> Lineage { get; init; } = [];

    internal ulong CompleteThrough { get; init; }

    internal ReplicaRecord Record { get; init; } = ReplicaRecord.Empty;

    internal bool LostTail { get; init; }

    internal Lsn Last => Entries.IsEmpty ? Base : Entries[^1].Lsn;

    internal MemoryEntry At(ulong sequence) => Entries[(int)(sequence - Base.Sequence - 1)];

    /// <summary>Whether the log has this very entry, or a snapshot that holds it.</summary>
    internal bool Holds(Lsn lsn) =>
        lsn.Sequence <= Base.Sequence || (lsn.Sequence <= Last.Sequence && At(lsn.Sequence).Lsn == lsn);

    internal MemoryImage With(MemoryEntry entry) => this with
    {
        Entries = Entries.Add(entry),
        Lineage = entry.Lsn.Epoch == Last.Epoch ? Lineage : Lineage.Add(new EpochStart(entry.Lsn.Epoch, entry.Lsn.Sequence)),
    };

    internal MemoryImage CutAfter(ulong lastKept) => this with
    {
        Entries = Entries.RemoveRange((int)(lastKept - Base.Sequence), (int)(Last.Sequence - lastKept)),
        Lineage = Lineage.RemoveAll(step => step.FirstSequence > lastKept),
    };
}
