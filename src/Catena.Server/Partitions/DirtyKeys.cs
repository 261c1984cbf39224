using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Server.Partitions;

/// <summary>Which keys have a write in the log that is not applied here: those that a reader may not answer for by itself (CRAQ's dirty objects).</summary>
/// <remarks>
/// Counters by the hash of a key, so that nothing is kept of keys and values; a key may look dirty for the sake of another, which costs a question.
/// Changed under the partition's lock. <see cref="MayBe" /> is for any thread: whoever asks it first and reads the value afterwards misses nothing
/// that was committed before he asked, since an entry is marked here before it is acknowledged and unmarked after it is applied.
/// </remarks>
internal sealed class DirtyKeys
{
    private const int Places = 4096;

    // Made with the first entry: most partitions never have any reader but the one where entries are committed.
    private volatile int[]? _counts;
    private readonly Queue<(ulong Sequence, int Place)> _order = new();
    private int _prefixes;

    internal bool IsEmpty => _order.Count == 0;

    /// <summary>Whether a key may have a write that is not applied.</summary>
    internal bool MayBe(ReadOnlySpan<byte> storedKey) =>
        _counts is { } counts && (Volatile.Read(ref counts[PlaceOf(storedKey)]) != 0 || Volatile.Read(ref _prefixes) != 0);

    /// <summary>Marks what an entry writes.</summary>
    /// <param name="frame">The entry's frame, verified.</param>
    internal void Add(ReadOnlySpan<byte> frame)
    {
        var header = EntryFrame.ReadHeader(frame);
        if (header.Type == EntryType.Write)
        {
            Add(header.Lsn.Sequence, frame[EntryFrame.HeaderLength..]);
        }
    }

    /// <summary>Marks what an entry with this body writes.</summary>
    internal void Add(ulong sequence, ReadOnlySpan<byte> body)
    {
        var reader = new WriteBodyReader(body);
        while (reader.MoveNext())
        {
            var mutation = reader.Current;
            var place = mutation.Kind == MutationKind.DeletePrefix ? Places : PlaceOf(mutation.Key);
            _order.Enqueue((sequence, place));
            Count(place, 1);
        }

        Invariant.Holds(reader.IsValid, "an entry's body is malformed");
    }

    /// <summary>Unmarks what has been applied.</summary>
    internal void Applied(ulong sequence)
    {
        while (_order.TryPeek(out var oldest) && oldest.Sequence <= sequence)
        {
            _order.Dequeue();
            Count(oldest.Place, -1);
        }
    }

    internal void Clear() => Applied(ulong.MaxValue);

    private static int PlaceOf(ReadOnlySpan<byte> storedKey) => (int)(Crc32C.Compute(storedKey) % Places);

    private void Count(int place, int change)
    {
        var counts = _counts ??= new int[Places];
        ref var count = ref place == Places ? ref _prefixes : ref counts[place];
        Volatile.Write(ref count, count + change);
    }
}
