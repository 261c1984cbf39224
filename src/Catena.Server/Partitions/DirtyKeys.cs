using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Transactions;

namespace Catena.Server.Partitions;

/// <summary>Which keys have a write in the log that is not applied here: those that a reader may not answer for by itself (CRAQ's dirty objects).</summary>
/// <remarks>
/// A key may look dirty for the sake of another (<see cref="KeyCounters" />), which costs a question.
/// Changed under the partition's lock. <see cref="MayBe" /> is for any thread: whoever asks it first and reads the value afterwards misses nothing
/// that was committed before he asked, since an entry is marked here before it is acknowledged and unmarked after it is applied.
/// What a transaction has prepared may be committed elsewhere as soon as it is acknowledged, so its keys count as written.
/// </remarks>
internal sealed class DirtyKeys
{
    private const int Prefixes = KeyCounters.Places;

    private readonly KeyCounters _counts = new();
    private readonly Queue<(ulong Sequence, int Place)> _order = new();
    private int _prefixes;

    internal bool IsEmpty => _order.Count == 0;

    /// <summary>Whether a key may have a write that is not applied.</summary>
    internal bool MayBe(ReadOnlySpan<byte> storedKey) => _counts.MayHave(storedKey) || Volatile.Read(ref _prefixes) != 0;

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
            Mark(sequence, mutation.Kind == MutationKind.DeletePrefix ? Prefixes : KeyCounters.PlaceOf(mutation.Key));
            if (mutation.Kind == MutationKind.Put && TransactionKeys.IsPrepared(mutation.Key, out _))
            {
                foreach (var (key, _) in PreparedTransaction.Read(mutation.Value).Locks)
                {
                    Mark(sequence, KeyCounters.PlaceOf(key));
                }
            }
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

    private void Mark(ulong sequence, int place)
    {
        _order.Enqueue((sequence, place));
        Count(place, 1);
    }

    private void Count(int place, int change)
    {
        if (place == Prefixes)
        {
            Volatile.Write(ref _prefixes, _prefixes + change);
        }
        else
        {
            _counts.Add(place, change);
        }
    }
}
