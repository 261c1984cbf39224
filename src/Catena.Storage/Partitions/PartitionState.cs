using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly int _inlineValueBytes;
    private readonly OrderedIndex _index = new();

    internal PartitionState(Journal journal, int inlineValueBytes)
    {
        _journal = journal;
        _inlineValueBytes = inlineValueBytes;
    }

    /// <summary>The number of keys.</summary>
    internal long Count => _index.Count;

    /// <summary>The memory that the index takes.</summary>
    internal long MemoryBytes => _index.MemoryBytes;

    /// <summary>The results of requests.</summary>
    internal RequestResults Results { get; } = new();

    /// <summary>Applies an entry; all of its changes become visible at once.</summary>
    /// <param name="frame">The entry's frame.</param>
    /// <param name="position">Where in the journal the frame is.</param>
    internal void Apply(ReadOnlySpan<byte> frame, long position)
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

        _index.BeginWrite();
        try
        {
            while (reader.MoveNext())
            {
                var mutation = reader.Current;
                switch (mutation.Kind)
                {
                    case MutationKind.Put:
                        Put(mutation, header.Lsn, PositionWithin(frame, mutation.Value, position));
                        break;
                    case MutationKind.Delete:
                        _index.Delete(mutation.Key);
                        break;
                    default:
                        _index.DeletePrefix(mutation.Key);
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
                Put(mutation, version, PositionWithin(frame, mutation.Value, position));
            }
        }
        finally
        {
            _index.EndWrite();
        }
    }

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

        version = entry.Version;
        expiry = entry.Expiry;
        if (!entry.IsInline)
        {
            var span = value.GetSpan(entry.ValueLength)[..entry.ValueLength];
            ValueReader.Read(_journal, entry.Position, entry.Checksum, span);
            value.Advance(entry.ValueLength);
        }

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
    internal ScanOutcome Scan<TVisitor>(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, long maxBytes, ref TVisitor visitor)
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
                    var value = item.Entry.IsInline ? batch.Value(item) : FromJournal(item.Entry, ref rented);
                    visited++;
                    bytes += item.KeyLength + value.Length;
                    if (!visitor.Visit(batch.Key(item), value, item.Entry.Version, item.Entry.Expiry) || visited >= maxEntries || bytes >= maxBytes)
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

    private ReadOnlySpan<byte> FromJournal(scoped in IndexEntry entry, scoped ref byte[]? rented)
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
        ValueReader.Read(_journal, entry.Position, entry.Checksum, span);
        return span;
    }

    private void Put(in Mutation mutation, in Lsn version, long valuePosition)
    {
        var entry = mutation.Value.Length <= _inlineValueBytes
            ? new IndexEntry(version, mutation.Expiry, 0, mutation.Value.Length, 0)
            : new IndexEntry(version, mutation.Expiry, valuePosition, mutation.Value.Length, Crc32C.Compute(mutation.Value));
        _index.Put(mutation.Key, entry, mutation.Value);
    }

    private static long PositionWithin(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> part, long position) =>
        position + Unsafe.ByteOffset(ref MemoryMarshal.GetReference(frame), ref MemoryMarshal.GetReference(part));

    [DoesNotReturn]
    private static void ThrowMalformed(in EntryHeader header) =>
        throw new InvalidOperationException($"Entry {header.Lsn} of partition {header.Partition} passed its checksum and is malformed.");
}
