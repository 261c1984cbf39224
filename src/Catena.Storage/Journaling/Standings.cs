using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Storage.Journaling;

/// <summary>Where every partition stands at the journal's end, and which of them have moved lately: what marks are made of.</summary>
/// <remarks>
/// A mark lists what moved in its own batch and in the one before, so that a damaged mark is made good by the next. Guarded by the
/// journal's append lock.
/// </remarks>
internal sealed class Standings
{
    private readonly Dictionary<ushort, Entry> _entries = [];
    private readonly List<Entry> _moved = [];
    private long _batch = 1;
    private long _batchStart;
    private long _previousBatchStart;

    /// <summary>More than the longest mark can take, with its padding.</summary>
    internal int MarkRoom { get; private set; } = Mark.RoomFor(1);

    /// <summary>Notes where a partition stands now.</summary>
    internal void Set(PartitionId partition, in Standing standing)
    {
        if (!_entries.TryGetValue(partition.Value, out var entry))
        {
            entry = new Entry(partition);
            _entries.Add(partition.Value, entry);
            MarkRoom = Mark.RoomFor(_entries.Count + 1);
        }

        entry.Standing = standing;
        if (entry.MovedIn < _batch - 1)
        {
            _moved.Add(entry);
        }

        entry.MovedIn = _batch;
    }

    /// <summary>Makes room for a partition's line in every mark, before its first record is placed.</summary>
    internal void Expect(PartitionId partition)
    {
        if (!_entries.ContainsKey(partition.Value))
        {
            MarkRoom = Mark.RoomFor(_entries.Count + 2);
        }
    }

    /// <summary>Writes the body of a mark.</summary>
    internal void WriteMark(IBufferWriter<byte> writer, long synced, MarkFlags flags)
    {
        var all = flags.HasFlag(MarkFlags.All);
        Mark.WriteStart(writer, flags, synced, all ? 0 : _previousBatchStart, all ? _entries.Count : _moved.Count);
        if (all)
        {
            foreach (var entry in _entries.Values)
            {
                Mark.WriteLine(writer, entry.Partition, entry.Standing);
            }
        }
        else
        {
            foreach (var entry in _moved)
            {
                Mark.WriteLine(writer, entry.Partition, entry.Standing);
            }
        }
    }

    /// <summary>Goes on at a position behind which nothing has moved yet.</summary>
    internal void Restart(long start)
    {
        _previousBatchStart = start;
        _batchStart = start;
        _batch += 2;
        _moved.Clear();
    }

    /// <summary>Begins the next batch behind a mark.</summary>
    internal void BeginBatch(long start)
    {
        _previousBatchStart = _batchStart;
        _batchStart = start;
        _batch++;
        var kept = 0;
        for (var index = 0; index < _moved.Count; index++)
        {
            if (_moved[index].MovedIn == _batch - 1)
            {
                _moved[kept++] = _moved[index];
            }
        }

        _moved.RemoveRange(kept, _moved.Count - kept);
    }

    private sealed class Entry(PartitionId partition)
    {
        internal PartitionId Partition { get; } = partition;

        internal Standing Standing { get; set; }

        internal long MovedIn { get; set; } = -1;
    }
}
