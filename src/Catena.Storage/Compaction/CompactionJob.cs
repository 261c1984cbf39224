using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Compaction;

/// <summary>Writes the values of one segment that are still referred to again, so that nothing refers to the segment any more.</summary>
/// <remarks>
/// Whether a value is referred to is looked up without a lock, and decided when it is moved: a key that has another version by then keeps it.
/// </remarks>
/// <param name="segment">The segment; sealed.</param>
/// <param name="find">Finds a partition's store; null where nothing is held of it.</param>
internal sealed class CompactionJob(Segment segment, Func<PartitionId, PartitionStore?> find) : IDisposable
{
    private const int StepBytes = 256 * 1024;
    private const int ChunkBytes = 64 * 1024;

    private readonly SegmentWalker _walker = new(segment);
    private readonly Dictionary<PartitionId, ArrayBufferWriter<byte>> _chunks = [];

    /// <summary>The segment.</summary>
    internal Segment Segment => segment;

    /// <summary>Whether the whole segment has been gone through.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>How many bytes could not be read as records.</summary>
    internal long Damaged { get; private set; }

    /// <summary>Goes through a part of the segment.</summary>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <returns>The bytes read and written.</returns>
    /// <exception cref="Errors.StorageFullException">There is no space for what has to be moved.</exception>
    internal long Step(IPartitionLocks locks)
    {
        var start = _walker.Offset;
        var moved = 0L;
        while (_walker.Offset - start < StepBytes)
        {
            // Behind the mark that closes a segment stands nothing, or what its file held before.
            var isRecord = _walker.TryNext(out var frame, out var position, out var skipped);
            Damaged += skipped;
            if (!isRecord || SegmentWalker.IsClosing(frame))
            {
                foreach (var partition in _chunks.Keys.ToList())
                {
                    moved += Move(locks, partition);
                }

                IsDone = true;
                break;
            }

            moved += Collect(locks, frame, position);
        }

        return _walker.Offset - start + moved;
    }

    /// <inheritdoc />
    public void Dispose() => _walker.Dispose();

    private long Collect(IPartitionLocks locks, ReadOnlySpan<byte> frame, long position)
    {
        var header = EntryFrame.ReadHeader(frame);
        if (header.Partition == JournalRecord.Node || find(header.Partition) is not { } store)
        {
            return 0;
        }

        var body = frame[EntryFrame.HeaderLength..];
        if (header.Type == EntryType.Write)
        {
            var reader = new WriteBodyReader(body);
            while (reader.MoveNext())
            {
                if (reader.Current.Kind == MutationKind.Put)
                {
                    CollectIfUsed(store, reader.Current, header.Lsn, PartitionState.PositionWithin(frame, reader.Current.Value, position));
                }
            }
        }
        else if ((RecordType)header.Type is RecordType.InstallChunk or RecordType.Moved)
        {
            var entries = SnapshotChunk.Entries(body);
            while (!entries.Rest.IsEmpty)
            {
                SnapshotChunk.ReadEntry(ref entries, out var mutation, out var version);
                CollectIfUsed(store, mutation, version, PartitionState.PositionWithin(frame, mutation.Value, position));
            }
        }

        return _chunks.TryGetValue(header.Partition, out var chunk) && chunk.WrittenCount >= ChunkBytes ? Move(locks, header.Partition) : 0;
    }

    private void CollectIfUsed(PartitionStore store, in Mutation mutation, in Lsn version, long position)
    {
        if (!store.State.RefersTo(mutation.Key, version, position))
        {
            return;
        }

        if (!_chunks.TryGetValue(store.Id, out var chunk))
        {
            chunk = new ArrayBufferWriter<byte>(ChunkBytes * 2);
            _chunks.Add(store.Id, chunk);
        }

        if (chunk.WrittenCount == 0)
        {
            chunk.WriteUInt32(0);
        }

        SnapshotChunk.WriteEntry(chunk, mutation.Key, version, mutation.Expiry, mutation.Value);
    }

    private long Move(IPartitionLocks locks, PartitionId partition)
    {
        var chunk = _chunks[partition];
        if (chunk.WrittenCount == 0)
        {
            return 0;
        }

        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsMemory(chunk.WrittenMemory);
        SnapshotChunk.Seal(bytes.Span);
        locks.With(partition, store => store.Move(bytes.Span));
        var count = chunk.WrittenCount;
        chunk.ResetWrittenCount();
        return count;
    }
}
