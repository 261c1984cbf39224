using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Catena.Storage.Indexing;

/// <summary>In which leaf a key was last found, by the hash of the key: it spares the way down the tree, and most of the memory that is touched on it.</summary>
/// <remarks>
/// What it says may be out of date, or about another key, so whoever follows it looks whether the key is there, and goes down the tree where it is not. So nothing has to be told when cells move.
/// There are four places for three keys at least, so that few sets are too small for their keys, and it costs 5 to 11 bytes a key; a key that has no place is found down the tree, and takes another's.
/// Sets of sixteen places of four bytes, each in one line of the processor's cache: twelve bits of the hash above, the page's number below. Any thread looks and notes; only the index's writer grows it.
/// </remarks>
internal sealed class LeafHints
{
    private const int Ways = 16;
    private const int LineBytes = 64;
    private const int FirstPlaces = 64;
    private const int PageBits = 20;
    private const int MostPlaces = Ways << PageBits;

    private volatile Table? _table;

    /// <summary>The memory that it takes.</summary>
    internal long MemoryBytes => (_table?.Places.Length ?? 0) * (long)sizeof(uint);

    /// <summary>The page where the key with a hash may be; 0 where nothing is known.</summary>
    internal uint Find(uint hash)
    {
        if (_table is not { } table)
        {
            return 0;
        }

        ref var set = ref table.SetOf(hash);
        var tags = Vector256.Create(hash >> PageBits);
        for (var way = 0; way < Ways; way += Vector256<uint>.Count)
        {
            var found = Vector256.Equals(Vector256.ShiftRightLogical(Vector256.LoadUnsafe(ref set, (nuint)way), PageBits), tags).ExtractMostSignificantBits();
            if (found != 0)
            {
                // A free place has tag 0 and page 0, stands behind all that are taken, and says what it should: nothing.
                return Unsafe.Add(ref set, way + BitOperations.TrailingZeroCount(found)) & ((1 << PageBits) - 1);
            }
        }

        return 0;
    }

    /// <summary>Asks for what <see cref="Find" /> looks at.</summary>
    internal unsafe void Prefetch(uint hash)
    {
        if (Sse.IsSupported && _table is { } table)
        {
            // The array is pinned.
            Sse.Prefetch0(Unsafe.AsPointer(ref table.SetOf(hash)));
        }
    }

    /// <summary>Notes where a key was found.</summary>
    internal void Note(uint hash, uint page)
    {
        if (_table is not { } table || page >> PageBits != 0)
        {
            return;
        }

        ref var set = ref table.SetOf(hash);
        var tag = hash >> PageBits;
        var chosen = table.Next++ % Ways;
        for (var way = 0u; way < Ways; way++)
        {
            var place = Unsafe.Add(ref set, way);
            if (place == 0 || place >> PageBits == tag)
            {
                chosen = way;
                break;
            }
        }

        // One write of four bytes: whoever looks meanwhile sees the old or the new.
        Volatile.Write(ref Unsafe.Add(ref set, chosen), (tag << PageBits) | page);
    }

    /// <summary>Makes room for the hints of so many keys; for the index's writer.</summary>
    internal void EnsureRoom(long keys)
    {
        var table = _table;
        var places = table?.Sets * (long)Ways ?? 0;
        if (keys <= places / 4 * 3 || places >= MostPlaces)
        {
            return;
        }

        var larger = new Table((int)Math.Max(FirstPlaces, places * 2));
        if (table is not null)
        {
            // Half of a set's keys go to the one, half to the other of two sets, and the tags do not tell which: both get all, and what is wrong is written over in time.
            table.Content.CopyTo(larger.Content);
            table.Content.CopyTo(larger.Content[(int)places..]);
        }

        _table = larger;
    }

    private sealed class Table
    {
        private readonly int _first;

        internal Table(int places)
        {
            // Pinned, so that what is aligned stays aligned.
            Places = GC.AllocateArray<uint>(places + Ways, pinned: true);
            Sets = (uint)(places / Ways);
            _first = (int)((LineBytes - (AddressOf(Places) % LineBytes)) % LineBytes / sizeof(uint));
        }

        internal uint[] Places { get; }

        /// <summary>Which place of a full set is written over next. Threads may meet here, which does no harm.</summary>
        internal uint Next { get; set; }

        internal uint Sets { get; }

        internal Span<uint> Content => Places.AsSpan(_first, (int)Sets * Ways);

        internal ref uint SetOf(uint hash) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Places), _first + (int)((hash & (Sets - 1)) * Ways));

        private static unsafe long AddressOf(uint[] places) => (long)Unsafe.AsPointer(ref places[0]);
    }
}
