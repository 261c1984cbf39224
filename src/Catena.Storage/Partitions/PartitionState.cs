using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Indexing;
using Catena.Storage.Journaling;

namespace Catena.Storage.Partitions;

/// <summary>What applying a partition's log gives: the keys, their values, and the results of requests that may be retried.</summary>
/// <remarks>Changes are guarded by the partition's lock; lookups and scans may run beside them on any thread.</remarks>
internal sealed class PartitionState : IDisposable
{
    [ThreadStatic]
    private static ScanBatch? _batch;

    private readonly Journal _journal;
    private readonly MemoryBudget _memory;
    private readonly OrderedIndex _index;

    internal PartitionState(Journal journal, MemoryBudget memory)
    {
        _journal = journal;
        _memory = memory;
        _index = new OrderedIndex(Usage);
    }

    /// <summary>What of the journal the state refers to.</summary>
    internal SegmentUsage Usage { get; } = new();

    /// <summary>The number of keys.</summary>
    internal long Count => _index.Count;

    /// <summary>The number of keys by table.</summary>
    internal TableCounts Tables => _index.Tables;

    /// <summary>The memory that the index takes, values in it included.</summary>
    internal long MemoryBytes => _index.MemoryBytes;

    /// <summary>What all keys sum up to; for whoever may change the state.</summary>
    internal ulong Sum => _index.Sum;

    /// <summary>The bytes of values that stand in the index.</summary>
    internal long InlineBytes => _index.InlineBytes;

    /// <summary>When keys were deleted.</summary>
    internal DeletionBook Deletions { get; } = new();

    /// <summary>The results of requests.</summary>
    internal RequestResults Results { get; } = new();

    /// <summary>Applies an entry; all of its changes become visible at once.</summary>
    /// <param name="frame">The entry's frame.</param>
    /// <param name="position">Where in the journal the frame is.</param>
    /// <param name="noted">The keys of all of its mutations, where they were noted; none otherwise.</param>
    /// <param name="observer">Who is told of changes to what the partition keeps for itself.</param>
    [SkipLocalsInit]
    internal void Apply(ReadOnlySpan<byte> frame, long position, ReadOnlySpan<UnappliedKeys.Key> noted, IRecordObserver? observer)
    {
        var header = EntryFrame.ReadHeader(frame);
        if (header.Type != EntryType.Write)
        {
            return;
        }

        var reader = new WriteBodyReader(frame[EntryFrame.HeaderLength..]);
        if (!reader.IsValid)
        {
            ThrowMalformed(header);
        }

        var ahead = new KeysAhead(_index, reader, noted, stackalloc uint[KeysAhead.MostKeys]);
        var hasRecords = false;
        _index.BeginWrite();
        try
        {
            while (reader.MoveNext())
            {
                var mutation = reader.Current;
                var checksum = ahead.Next();
                hasRecords |= StoredKey.IsSystem(mutation.Key);
                switch (mutation.Kind)
                {
                    case MutationKind.Put:
                        Put(mutation, checksum, header.Lsn, PositionWithin(frame, mutation.Value, position));
                        break;
                    case MutationKind.Delete:
                        _index.Delete(mutation.Key);
                        Deletions.Note(mutation.Key, header.Lsn);
                        break;
                    default:
                        _index.DeletePrefix(mutation.Key);
                        Deletions.Note(mutation.Key, header.Lsn);
                        break;
                }
            }
        }
        finally
        {
            _index.EndWrite();
        }

        if (!reader.IsValid)
        {
            ThrowMalformed(header);
        }

        Results.Record(reader.Request, reader.Result, header.Lsn.Sequence);
        if (hasRecords)
        {
            TellOfRecords(frame, observer);
        }
    }

    private static void TellOfRecords(ReadOnlySpan<byte> frame, IRecordObserver? observer)
    {
        for (var again = new WriteBodyReader(frame[EntryFrame.HeaderLength..]); again.MoveNext();)
        {
            if (StoredKey.IsSystem(again.Current.Key))
            {
                observer?.Applied(again.Current);
            }
        }
    }

    /// <summary>Adds the entries of a verified snapshot chunk that stands in the journal.</summary>
    /// <param name="frame">The frame of the journal's record.</param>
    /// <param name="position">Where the record is.</param>
    internal void AddChunk(ReadOnlySpan<byte> frame, long position)
    {
        var entries = SnapshotChunk.Entries(frame[EntryFrame.HeaderLength..]);
        _index.BeginWrite();
        try
        {
            while (!entries.Rest.IsEmpty)
            {
                SnapshotChunk.ReadEntry(ref entries, out var mutation, out var version);
                Put(mutation, IndexCell.ChecksumOfKey(mutation.Key), version, PositionWithin(frame, mutation.Value, position));
            }
        }
        finally
        {
            _index.EndWrite();
        }
    }

    /// <summary>Adds a key of a checkpoint, which is above all before it.</summary>
    internal void Load(ReadOnlySpan<byte> storedKey, in IndexEntry entry, ReadOnlySpan<byte> value) => _index.Append(storedKey, entry, value);

    /// <summary>Begins to load keys; nobody reads before <see cref="EndLoad" />.</summary>
    internal void BeginLoad() => _index.BeginWrite();

    /// <summary>Ends loading.</summary>
    internal void EndLoad() => _index.EndWrite();

    /// <summary>Copies what the index says of keys from one on, values in the journal aside. Any thread.</summary>
    internal void CopyEntries(ReadOnlySpan<byte> from, int maxEntries, ScanBatch batch) => _index.Copy(from, default, maxEntries, batch);

    /// <summary>Whether a key has just this value, in the journal at just this place. Any thread.</summary>
    internal bool RefersTo(ReadOnlySpan<byte> storedKey, in Lsn version, long position) =>
        _index.TryGetEntry(storedKey, out var entry) && entry.Position == position && entry.Version == version;

    /// <summary>Reads a value again from the device, whatever the journal keeps in memory. Any thread.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="entry">What the index says of it, of a value in the journal.</param>
    /// <exception cref="Errors.StorageDamagedException">It is not what was written, and the key still refers to it.</exception>
    internal void Verify(ReadOnlySpan<byte> storedKey, in IndexEntry entry)
    {
        var rented = ArrayPool<byte>.Shared.Rent(entry.ValueLength);
        var isWhole = ValueReader.TryRead(_journal, entry, rented.AsSpan(0, entry.ValueLength), fromDevice: true);
        ArrayPool<byte>.Shared.Return(rented);
        if (!isWhole && RefersTo(storedKey, entry.Version, entry.Position))
        {
            ValueReader.ThrowDamaged(storedKey, entry);
        }
    }

    /// <summary>Lets keys refer to values where a record of moved values has them, as far as they still have those versions.</summary>
    /// <param name="frame">The record's frame.</param>
    /// <param name="position">Where the record is.</param>
    internal void Move(ReadOnlySpan<byte> frame, long position)
    {
        var entries = SnapshotChunk.Entries(frame[EntryFrame.HeaderLength..]);
        _index.BeginWrite();
        try
        {
            while (!entries.Rest.IsEmpty)
            {
                SnapshotChunk.ReadEntry(ref entries, out var mutation, out var version);
                _index.TryMove(mutation.Key, version, PositionWithin(frame, mutation.Value, position));
            }
        }
        finally
        {
            _index.EndWrite();
        }
    }

    /// <summary>Begins to bring what a look-up of a key touches into the processor's cache, one step of the way there. Any thread.</summary>
    internal void Prefetch(uint hash, PrefetchStep step) => _index.Prefetch(hash, step);

    /// <summary>Looks a key up. Any thread.</summary>
    internal bool TryGet<TWriter>(ReadOnlySpan<byte> storedKey, ref TWriter value, out Lsn version, out long expiry)
        where TWriter : IBufferWriter<byte>, allows ref struct
    {
        if (!_index.TryGet(storedKey, ref value, out var entry))
        {
            version = default;
            expiry = 0;
            return false;
        }

        if (!entry.IsInline)
        {
            while (!ValueReader.TryRead(_journal, entry, value.GetSpan(entry.ValueLength)[..entry.ValueLength]))
            {
                // Overwritten or moved meanwhile, its old segment may be gone already.
                var missing = entry;
                if (!_index.TryGet(storedKey, ref value, out entry))
                {
                    version = default;
                    expiry = 0;
                    return false;
                }

                if (entry.IsInline)
                {
                    break;
                }

                if (entry.Position == missing.Position)
                {
                    ValueReader.ThrowDamaged(storedKey, entry);
                }
            }

            if (!entry.IsInline)
            {
                value.Advance(entry.ValueLength);
            }
        }

        version = entry.Version;
        expiry = entry.Expiry;
        return true;
    }

    /// <summary>Looks a key's version up. Any thread.</summary>
    internal bool TryGetVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        var found = _index.TryGetEntry(storedKey, out var entry);
        version = entry.Version;
        expiry = entry.Expiry;
        return found;
    }

    /// <summary>Visits keys in order, holding nothing between visits. Any thread.</summary>
    /// <remarks>Without <paramref name="readsJournal" />, values that are not in the index are shown as empty.</remarks>
    internal ScanOutcome Scan<TVisitor>(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, long maxBytes, ref TVisitor visitor, bool readsJournal = true)
        where TVisitor : IEntryVisitor, allows ref struct
    {
        var batch = _batch ?? new ScanBatch();
        _batch = null;
        byte[]? rented = null;
        try
        {
            var visited = 0;
            long bytes = 0;
            _index.Copy(from, toExclusive, Math.Max(1, maxEntries), batch);
            while (true)
            {
                foreach (ref readonly var item in batch.Items)
                {
                    var entry = item.Entry;
                    var value = entry.IsInline ? batch.Value(item) : default;
                    if (readsJournal && !entry.IsInline && !TryReadFromJournal(batch.Key(item), ref entry, ref rented, out value))
                    {
                        continue;
                    }

                    visited++;
                    bytes += item.KeyLength + value.Length;
                    if (!visitor.Visit(batch.Key(item), value, entry.Version, entry.Expiry) || visited >= maxEntries || bytes >= maxBytes)
                    {
                        return new ScanOutcome(visited, Ended: false);
                    }
                }

                if (!batch.HasMore)
                {
                    return new ScanOutcome(visited, Ended: true);
                }

                _index.CopyNext(toExclusive, Math.Max(1, maxEntries - visited), batch);
            }
        }
        finally
        {
            _batch = batch;
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Frees the index's memory at once; nobody may be reading.</summary>
    public void Dispose() => _index.Dispose();

    /// <summary>Reads the value that an entry refers to, or what its key has by now where that has changed.</summary>
    /// <returns>False where the key is gone.</returns>
    private bool TryReadFromJournal(scoped ReadOnlySpan<byte> key, scoped ref IndexEntry entry, scoped ref byte[]? rented, out ReadOnlySpan<byte> value)
    {
        while (true)
        {
            if (rented is null || rented.Length < entry.ValueLength)
            {
                if (rented is not null)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                }

                rented = ArrayPool<byte>.Shared.Rent(entry.ValueLength);
            }

            var span = rented.AsSpan(0, entry.ValueLength);
            value = span;
            if (ValueReader.TryRead(_journal, entry, span))
            {
                return true;
            }

            var missing = entry;
            var inline = new SpanWriter(rented.Length >= OrderedIndex.MaxInlineLength ? rented : new byte[OrderedIndex.MaxInlineLength]);
            if (!_index.TryGet(key, ref inline, out entry))
            {
                return false;
            }

            if (entry.IsInline)
            {
                value = inline.Written;
                return true;
            }

            if (entry.Position == missing.Position)
            {
                ValueReader.ThrowDamaged(key, entry);
            }
        }
    }

    private void Put(in Mutation mutation, uint checksum, in Lsn version, long valuePosition)
    {
        var entry = mutation.Value.Length <= _memory.InlineLimit
            ? new IndexEntry(version, mutation.Expiry, 0, mutation.Value.Length, 0)
            : new IndexEntry(version, mutation.Expiry, valuePosition, mutation.Value.Length, Crc32C.Compute(mutation.Value));
        _index.Put(mutation.Key, checksum, entry, mutation.Value);
    }

    /// <summary>The journal's position of a part of a record's frame.</summary>
    internal static long PositionWithin(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> part, long position) =>
        position + Unsafe.ByteOffset(ref MemoryMarshal.GetReference(frame), ref MemoryMarshal.GetReference(part));

    [DoesNotReturn]
    private static void ThrowMalformed(in EntryHeader header) =>
        throw new InvalidOperationException($"Entry {header.Lsn} of partition {header.Partition} passed its checksum and is malformed.");
}
