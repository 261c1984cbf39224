using System.Runtime.InteropServices;
using Catena.Storage.Journaling;

namespace Catena.Storage.Indexing;

/// <summary>How many bytes of each journal segment an index refers to: what would have to be written again if the segment went.</summary>
/// <remarks>The index's writer changes it; any thread may read. What a sealed segment is used for never grows again.</remarks>
internal sealed class SegmentUsage
{
    /// <summary>What a key and its value cost in a record of moved values, beyond their own bytes; about.</summary>
    private const int Overhead = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _bytes = [];

    /// <summary>Notes that a key refers to a value.</summary>
    internal void Add(int keyLength, in IndexEntry entry) => Change(entry, keyLength + entry.ValueLength + Overhead);

    /// <summary>Notes that a key does not refer to a value any more.</summary>
    internal void Remove(int keyLength, in IndexEntry entry) => Change(entry, -(keyLength + entry.ValueLength + Overhead));

    /// <summary>Whether anything of a segment is in use.</summary>
    internal bool Includes(long segment)
    {
        lock (_gate)
        {
            return _bytes.ContainsKey(segment);
        }
    }

    /// <summary>Adds what is in use of every segment to sums.</summary>
    internal void AddTo(Dictionary<long, long> sums)
    {
        lock (_gate)
        {
            foreach (var (segment, bytes) in _bytes)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(sums, segment, out _) += bytes;
            }
        }
    }

    private void Change(in IndexEntry entry, int bytes)
    {
        if (entry.IsInline)
        {
            return;
        }

        var segment = JournalPosition.SegmentOf(entry.Position);
        lock (_gate)
        {
            ref var used = ref CollectionsMarshal.GetValueRefOrAddDefault(_bytes, segment, out _);
            used += bytes;
            if (used == 0)
            {
                _bytes.Remove(segment);
            }
        }
    }
}
