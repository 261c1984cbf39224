using Catena.Storage.Compaction;
using Catena.Storage.Errors;
using Catena.Storage.Indexing;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Scrubbing;

/// <summary>Reads one sealed segment again, and finds out whom damage in it concerns.</summary>
/// <remarks>
/// Parts without a whole record are noted first; what once stood there cannot be told from their bytes. So it is the other way round: of every partition, the keys
/// that refer into such a part are read, and the entries that its log still has there. What nobody refers to does not matter.
/// </remarks>
/// <param name="segment">The segment.</param>
/// <param name="partitions">Lists the partitions.</param>
/// <param name="locks">Lends the partitions' locks, and hears of damage.</param>
internal sealed class SegmentScrub(Segment segment, Func<IEnumerable<PartitionStore>> partitions, IPartitionLocks locks)
{
    private const int StepBytes = 256 * 1024;
    private const int KeysAtOnce = 512;

    private readonly List<DamagedRange> _ranges = [];
    private readonly ScanBatch _batch = new();

    /// <summary>How many keys and log entries were found damaged.</summary>
    internal long Hits { get; private set; }

    /// <summary>Goes through the segment; each item is about how many bytes that took.</summary>
    internal IEnumerable<long> Steps()
    {
        using (var walker = new SegmentWalker(segment, fromDevice: true))
        {
            for (var isMore = true; isMore;)
            {
                var before = walker.Offset;
                if (!segment.TryEnter())
                {
                    yield break;
                }

                try
                {
                    isMore = Walk(walker, before + StepBytes);
                }
                finally
                {
                    segment.Exit();
                }

                yield return walker.Offset - before;
            }
        }

        if (_ranges.Count == 0)
        {
            yield break;
        }

        foreach (var store in partitions())
        {
            foreach (var bytes in CheckKeys(store))
            {
                yield return bytes;
            }

            locks.With(store.Id, CheckLog);
        }
    }

    private bool Walk(SegmentWalker walker, int until)
    {
        while (walker.Offset < until)
        {
            var end = walker.Offset;
            var isRecord = walker.TryNext(out var frame, out var position, out _);
            var next = isRecord ? JournalPosition.OffsetOf(position) : segment.Length;
            if (next > end)
            {
                _ranges.Add(new DamagedRange(end, next));
            }

            if (!isRecord || SegmentWalker.IsClosing(frame))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<long> CheckKeys(PartitionStore store)
    {
        var copy = store.Copy;
        var state = store.State;
        byte[] next = [];
        var isMore = state.Usage.Includes(segment.Id);
        while (isMore && store.Copy == copy)
        {
            state.CopyEntries(next, KeysAtOnce, _batch);
            var bytes = CheckBatch(store, copy);
            isMore = _batch.HasMore;
            next = isMore ? _batch.Next.ToArray() : [];
            yield return Math.Max(1, bytes);
        }
    }

    private long CheckBatch(PartitionStore store, int copy)
    {
        var bytes = 0L;
        foreach (ref readonly var item in _batch.Items)
        {
            if (!IsHit(item.Entry))
            {
                continue;
            }

            try
            {
                bytes += item.Entry.ValueLength;
                store.State.Verify(_batch.Key(item), item.Entry);
            }
            catch (StorageDamagedException damage)
            {
                Hits++;
                locks.Damaged(store.Id, damage, copy);
            }
        }

        return bytes;
    }

    private bool IsHit(in IndexEntry entry)
    {
        if (entry.IsInline || JournalPosition.SegmentOf(entry.Position) != segment.Id)
        {
            return false;
        }

        var offset = JournalPosition.OffsetOf(entry.Position);
        foreach (var range in _ranges)
        {
            if (range.Touches(offset, entry.ValueLength))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells of the newest log entry that stands in a damaged part; those before it cannot be reached past it.</summary>
    private void CheckLog(PartitionStore store)
    {
        var positions = store.LogPositions();
        for (var index = positions.Length - 1; index >= 0; index--)
        {
            var position = positions[index];
            if (JournalPosition.SegmentOf(position) == segment.Id && _ranges.Exists(range => range.Touches(JournalPosition.OffsetOf(position), 1)))
            {
                Hits++;
                throw new StorageDamagedException($"The journal's record at {JournalPosition.Describe(position)} is damaged.")
                {
                    Sequence = store.FirstReadable + (ulong)index,
                };
            }
        }
    }
}
