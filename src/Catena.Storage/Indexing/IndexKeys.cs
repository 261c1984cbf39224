namespace Catena.Storage.Indexing;

/// <summary>Comparing, copying, storing and freeing the keys of cells, long ones included.</summary>
/// <remarks>Comparing and copying are safe on pages that are changing.</remarks>
internal static unsafe class IndexKeys
{
    /// <summary>The result of a comparison that met nonsense.</summary>
    internal const int Torn = int.MinValue;

    /// <summary>Compares a cell's key with a key in byte order.</summary>
    /// <returns>Under, over or equal to zero, or <see cref="Torn" />.</returns>
    internal static int Compare(PageSpace space, byte* page, in IndexCell cell, ReadOnlySpan<byte> key)
    {
        if (!cell.IsLong)
        {
            return cell.Key(page).SequenceCompareTo(key);
        }

        var rest = cell.KeyLength;
        var part = cell.Key(page);
        var next = cell.LongKeyPage(page);
        while (true)
        {
            var compared = Math.Min(Math.Min(part.Length, rest), key.Length);
            var order = part[..compared].SequenceCompareTo(key[..compared]);
            if (order != 0)
            {
                return order;
            }

            rest -= compared;
            key = key[compared..];
            if (rest == 0 || key.IsEmpty)
            {
                return rest - key.Length;
            }

            var memory = space.TryGet(next);
            if (memory is null || compared == 0)
            {
                return Torn;
            }

            part = new ReadOnlySpan<byte>(memory + IndexPage.HeaderLength, IndexCell.LongKeyPageBytes);
            next = IndexPage.Link(memory);
        }
    }

    /// <summary>Copies a cell's key to the start of <paramref name="destination" />, which has room for it.</summary>
    /// <returns>False on nonsense.</returns>
    internal static bool TryCopy(PageSpace space, byte* page, in IndexCell cell, Span<byte> destination)
    {
        var length = Math.Min(cell.KeyInPage, cell.KeyLength);
        cell.Key(page)[..length].CopyTo(destination);
        if (!cell.IsLong)
        {
            return true;
        }

        var copied = length;
        var next = cell.LongKeyPage(page);
        while (copied < cell.KeyLength)
        {
            var memory = space.TryGet(next);
            if (memory is null)
            {
                return false;
            }

            var part = Math.Min(cell.KeyLength - copied, IndexCell.LongKeyPageBytes);
            new ReadOnlySpan<byte>(memory + IndexPage.HeaderLength, part).CopyTo(destination[copied..]);
            copied += part;
            next = IndexPage.Link(memory);
        }

        return true;
    }

    /// <summary>Stores what of a long key does not stand in its cell's page.</summary>
    /// <returns>The first page of it; 0 for a key that is not long.</returns>
    internal static uint StoreRest(PageSpace space, ReadOnlySpan<byte> key)
    {
        if (key.Length <= IndexCell.MaxKeyInPage)
        {
            return 0;
        }

        var rest = key[IndexCell.LongKeyHead..];
        var pages = (rest.Length + IndexCell.LongKeyPageBytes - 1) / IndexCell.LongKeyPageBytes;
        uint next = 0;
        for (var index = pages - 1; index >= 0; index--)
        {
            var part = rest[(index * IndexCell.LongKeyPageBytes)..];
            part = part[..Math.Min(part.Length, IndexCell.LongKeyPageBytes)];
            var id = space.Allocate();
            var memory = space.Get(id);
            IndexPage.Format(memory, IndexPage.LongKey, next);
            part.CopyTo(new Span<byte>(memory + IndexPage.HeaderLength, part.Length));
            next = id;
        }

        return next;
    }

    /// <summary>Frees the pages of a long key.</summary>
    internal static void FreeRest(PageSpace space, byte* page, in IndexCell cell)
    {
        if (!cell.IsLong)
        {
            return;
        }

        var next = cell.LongKeyPage(page);
        while (next != 0)
        {
            var freed = next;
            next = IndexPage.Link(space.Get(freed));
            space.Free(freed);
        }
    }

    /// <summary>The first slot whose key is not under the given one.</summary>
    /// <param name="space">The pages.</param>
    /// <param name="page">The page to search.</param>
    /// <param name="key">The key.</param>
    /// <param name="found">Whether that slot's key is the given one.</param>
    /// <returns>The slot, the count where all are under it, or -1 on nonsense.</returns>
    internal static int Search(PageSpace space, byte* page, ReadOnlySpan<byte> key, out bool found)
    {
        found = false;
        var low = 0;
        var high = IndexPage.Count(page);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (!IndexCell.TryRead(page, middle, out var cell))
            {
                return -1;
            }

            var order = Compare(space, page, cell, key);
            if (order == Torn)
            {
                return -1;
            }

            if (order == 0)
            {
                found = true;
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The child of a branch that holds a key: 0 for the leftmost, else one more than the slot that names it; -1 on nonsense.</summary>
    internal static int SearchChild(PageSpace space, byte* page, ReadOnlySpan<byte> key)
    {
        var slot = Search(space, page, key, out var found);
        return found ? slot + 1 : slot;
    }

    /// <summary>The page of a branch's child, or 0 on nonsense.</summary>
    internal static uint ChildPage(byte* page, int child)
    {
        if (child == 0)
        {
            return IndexPage.Link(page);
        }

        return IndexCell.TryRead(page, child - 1, out var cell) ? cell.Child(page) : 0;
    }
}
