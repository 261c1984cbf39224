using System.Diagnostics;

namespace Catena.Storage.Indexing;

/// <summary>The B+tree as its one writer changes it: descents, insertions with splits, removals with merges.</summary>
/// <remarks>
/// Bayer and McCreight's tree with all entries in the leaves (Comer, "The Ubiquitous B-Tree", 1979). Separators are the shortest
/// keys that separate (Bayer and Unterauer, "Prefix B-Trees", 1977). A full leaf shares with a neighbour before it splits. A page that is full at its end splits there, so that keys that come in order fill
/// their pages. Pages merge where both fit into one with room to spare; an empty leaf always goes.
/// </remarks>
internal sealed unsafe class IndexTree
{
    private const int MaxDepth = 40;
    private const int MergeBelow = IndexPage.Capacity / 4;
    private const int ShareUpTo = IndexPage.Capacity * 2 * 93 / 100;
    private const int MergeInto = IndexPage.Capacity * 7 / 8;

    private readonly PageSpace _space;
    private readonly uint[] _pages = new uint[MaxDepth];
    private readonly int[] _places = new int[MaxDepth];
    private byte[] _leftKey = [];
    private byte[] _rightKey = [];
    private int _leaf;

    internal IndexTree(PageSpace space)
    {
        _space = space;
        Root = space.Allocate();
        IndexPage.Format(space.Get(Root), IndexPage.Leaf, 0);
    }

    /// <summary>The page where every descent begins.</summary>
    internal uint Root { get; private set; }

    /// <summary>The leaf that the last <see cref="Descend" /> came to.</summary>
    internal byte* LeafPage => _space.Get(_pages[_leaf]);

    /// <summary>The number of that leaf.</summary>
    internal uint LeafId => _pages[_leaf];

    /// <summary>The place in that leaf of the key, or where it would be.</summary>
    internal int LeafSlot => _places[_leaf];

    /// <summary>Goes down to where a key is or would be, remembering the way.</summary>
    /// <returns>Whether the key is there.</returns>
    internal bool Descend(ReadOnlySpan<byte> key)
    {
        var id = Root;
        for (var level = 0; level < MaxDepth; level++)
        {
            var page = _space.Get(id);
            _pages[level] = id;
            if (IndexPage.Kind(page) == IndexPage.Leaf)
            {
                _places[level] = IndexKeys.Search(_space, page, key, out var found);
                _leaf = level;
                return found;
            }

            _places[level] = IndexKeys.SearchChild(_space, page, key);
            id = IndexKeys.ChildPage(page, _places[level]);
        }

        throw new InvalidOperationException("The index is deeper than it can be.");
    }

    /// <summary>Goes down to the end of the last leaf, remembering the way.</summary>
    internal void DescendToLast()
    {
        var id = Root;
        for (var level = 0; level < MaxDepth; level++)
        {
            var page = _space.Get(id);
            _pages[level] = id;
            _places[level] = IndexPage.Count(page);
            if (IndexPage.Kind(page) == IndexPage.Leaf)
            {
                _leaf = level;
                return;
            }

            id = IndexKeys.ChildPage(page, _places[level]);
        }

        throw new InvalidOperationException("The index is deeper than it can be.");
    }

    /// <summary>Puts a cell behind all others, where the last descent came to the end of the last leaf and there is room.</summary>
    internal bool TryAppend(ReadOnlySpan<byte> cell)
    {
        if (_pages[_leaf] == 0 || LeafSlot != IndexPage.Count(LeafPage) || !IndexPage.TryInsert(LeafPage, LeafSlot, cell))
        {
            return false;
        }

        _places[_leaf]++;
        return true;
    }

    /// <summary>Puts a cell where the last descent came to.</summary>
    internal void Insert(ReadOnlySpan<byte> cell) => InsertAt(_leaf, _places[_leaf], cell);

    /// <summary>Removes the cell that the last descent came to.</summary>
    /// <param name="merge">False where a cell of the same key follows at once.</param>
    internal void Remove(bool merge)
    {
        var page = LeafPage;
        IndexCell.Read(page, LeafSlot, out var cell);
        IndexKeys.FreeRest(_space, page, cell);
        IndexPage.Remove(page, LeafSlot, cell.Length);
        if (merge)
        {
            Rebalance(_leaf);
        }
    }

    private void InsertAt(int level, int slot, ReadOnlySpan<byte> cell)
    {
        if (!IndexPage.TryInsert(_space.Get(_pages[level]), slot, cell) && !(level == _leaf && level > 0 && TryShareLeaf(slot, cell)))
        {
            Split(level, slot, cell);
        }
    }

    /// <summary>Makes room in a full leaf by sharing its cells evenly with a neighbour that has room.</summary>
    private bool TryShareLeaf(int slot, ReadOnlySpan<byte> cell)
    {
        var parent = _space.Get(_pages[_leaf - 1]);
        var place = _places[_leaf - 1];
        if (place < IndexPage.Count(parent))
        {
            return TryShare(parent, place, slot, cell) || (place > 0 && TryShareWithLeft(parent, place, slot, cell));
        }

        // Keys that come in order fill the last leaf and begin the next; sharing would leave half-full ones behind.
        return place > 0 && slot < IndexPage.Count(LeafPage) && TryShareWithLeft(parent, place, slot, cell);
    }

    private bool TryShareWithLeft(byte* parent, int place, int slot, ReadOnlySpan<byte> cell) =>
        TryShare(parent, place - 1, IndexPage.Count(_space.Get(IndexKeys.ChildPage(parent, place - 1))) + slot, cell);

    /// <summary>Shares the cells of the two leaves around a slot of their parent, a new one among them, where both then have room to spare.</summary>
    private bool TryShare(byte* parent, int separatorSlot, int added, ReadOnlySpan<byte> cell)
    {
        var leftId = IndexKeys.ChildPage(parent, separatorSlot);
        var rightId = IndexKeys.ChildPage(parent, separatorSlot + 1);
        var left = _space.Get(leftId);
        var right = _space.Get(rightId);
        var bytes = IndexPage.Used(left) + IndexPage.Used(right) + cell.Length + IndexPage.SlotLength;
        if (bytes > ShareUpTo)
        {
            return false;
        }

        var newLeft = stackalloc byte[PageSpace.PageSize];
        var newRight = stackalloc byte[PageSpace.PageSize];
        IndexPage.Format(newLeft, IndexPage.Leaf, 0);
        IndexPage.Format(newRight, IndexPage.Leaf, 0);
        var leftCount = IndexPage.Count(left);
        var total = leftCount + IndexPage.Count(right) + 1;
        for (var index = 0; index < total; index++)
        {
            var source = index == added ? cell : CellOfPair(left, leftCount, right, index < added ? index : index - 1);
            var goesLeft = IndexPage.Count(newRight) == 0 && IndexPage.Used(newLeft) < bytes / 2;
            var page = goesLeft ? newLeft : newRight;
            if (!IndexPage.TryInsert(page, IndexPage.Count(page), source))
            {
                return false;
            }
        }

        return IndexPage.Count(newRight) > 0 && TryReplaceSeparator(parent, separatorSlot, newLeft, newRight, left, right, rightId);
    }

    private bool TryReplaceSeparator(byte* parent, int slot, byte* newLeft, byte* newRight, byte* left, byte* right, uint rightId)
    {
        var separator = SeparatorOf(newLeft, newRight);
        IndexCell.Read(parent, slot, out var old);
        if (separator.Length > IndexCell.MaxKeyInPage)
        {
            return false;
        }

        var fresh = stackalloc byte[IndexCell.MaxLength];
        var length = IndexCell.BuildBranch(fresh, separator, 0, rightId);
        if (length - old.Length > IndexPage.Capacity - IndexPage.Used(parent))
        {
            return false;
        }

        IndexKeys.FreeRest(_space, parent, old);
        IndexPage.Remove(parent, slot, old.Length);
        IndexPage.TryInsert(parent, slot, new ReadOnlySpan<byte>(fresh, length));
        Buffer.MemoryCopy(newLeft, left, PageSpace.PageSize, PageSpace.PageSize);
        Buffer.MemoryCopy(newRight, right, PageSpace.PageSize, PageSpace.PageSize);
        return true;
    }

    private static ReadOnlySpan<byte> CellOfPair(byte* left, int leftCount, byte* right, int index)
    {
        var page = index < leftCount ? left : right;
        IndexCell.Read(page, index < leftCount ? index : index - leftCount, out var cell);
        return new ReadOnlySpan<byte>(page + cell.Offset, cell.Length);
    }

    private void Split(int level, int slot, ReadOnlySpan<byte> cell)
    {
        var leftId = _pages[level];
        var left = _space.Get(leftId);
        var rightId = _space.Allocate();
        var right = _space.Get(rightId);
        var kind = IndexPage.Kind(left);
        var old = stackalloc byte[PageSpace.PageSize];
        Buffer.MemoryCopy(left, old, PageSpace.PageSize, PageSpace.PageSize);
        var total = IndexPage.Count(old) + 1;
        var point = SplitPoint(old, slot, cell.Length, total, kind == IndexPage.Leaf);
        IndexPage.Format(left, kind, IndexPage.Link(old));
        IndexPage.Format(right, kind, 0);
        Distribute(old, slot, cell, 0, point, left);

        var up = stackalloc byte[IndexCell.MaxLength];
        int upLength;
        if (kind == IndexPage.Leaf)
        {
            Distribute(old, slot, cell, point, total, right);
            upLength = BuildSeparator(up, left, right, rightId);
        }
        else
        {
            // The cell in the middle goes up; its child becomes the right page's leftmost.
            var middle = CellOf(old, slot, cell, point);
            middle.CopyTo(new Span<byte>(up, IndexCell.MaxLength));
            upLength = middle.Length;
            IndexPage.SetLink(right, *(uint*)(up + 4));
            IndexCell.SetChild(up, rightId);
            Distribute(old, slot, cell, point + 1, total, right);
        }

        InsertSeparator(level, leftId, new ReadOnlySpan<byte>(up, upLength));
    }

    private void InsertSeparator(int level, uint leftId, ReadOnlySpan<byte> separator)
    {
        if (level > 0)
        {
            InsertAt(level - 1, _places[level - 1], separator);
            return;
        }

        var root = _space.Allocate();
        var page = _space.Get(root);
        IndexPage.Format(page, IndexPage.Branch, leftId);
        IndexPage.TryInsert(page, 0, separator);
        Root = root;
    }

    /// <summary>How many of the cells, the new one among them, stay on the left.</summary>
    private static int SplitPoint(byte* old, int slot, int newLength, int total, bool isLeaf)
    {
        if (slot == total - 1)
        {
            return isLeaf ? total - 1 : total - 2;
        }

        var half = (IndexPage.Used(old) + newLength + IndexPage.SlotLength) / 2;
        var bytes = 0;
        var point = 0;
        while (point < total - 2 && bytes < half)
        {
            bytes += IndexPage.SlotLength + (point == slot ? newLength : LengthOf(old, point < slot ? point : point - 1));
            point++;
        }

        return Math.Max(point, 1);
    }

    private static int LengthOf(byte* page, int slot)
    {
        IndexCell.Read(page, slot, out var cell);
        return cell.Length;
    }

    private static ReadOnlySpan<byte> CellOf(byte* old, int slot, ReadOnlySpan<byte> added, int index)
    {
        if (index == slot)
        {
            return added;
        }

        IndexCell.Read(old, index < slot ? index : index - 1, out var cell);
        return new ReadOnlySpan<byte>(old + cell.Offset, cell.Length);
    }

    private static void Distribute(byte* old, int slot, ReadOnlySpan<byte> added, int from, int to, byte* page)
    {
        for (var index = from; index < to; index++)
        {
            if (!IndexPage.TryInsert(page, index - from, CellOf(old, slot, added, index)))
            {
                throw new UnreachableException("A split page of the index overflowed.");
            }
        }
    }

    private int BuildSeparator(byte* destination, byte* left, byte* right, uint rightId)
    {
        var separator = SeparatorOf(left, right);
        return IndexCell.BuildBranch(destination, separator, IndexKeys.StoreRest(_space, separator), rightId);
    }

    /// <summary>The shortest key that is above every key of one leaf and not above any of the next.</summary>
    private ReadOnlySpan<byte> SeparatorOf(byte* left, byte* right)
    {
        IndexCell.Read(left, IndexPage.Count(left) - 1, out var last);
        IndexCell.Read(right, 0, out var first);
        var lower = Materialize(ref _leftKey, left, last);
        var upper = Materialize(ref _rightKey, right, first);
        return upper[..(lower.CommonPrefixLength(upper) + 1)];
    }

    private ReadOnlySpan<byte> Materialize(scoped ref byte[] scratch, byte* page, scoped in IndexCell cell)
    {
        if (!cell.IsLong)
        {
            return cell.Key(page);
        }

        if (scratch.Length < cell.KeyLength)
        {
            scratch = new byte[cell.KeyLength];
        }

        IndexKeys.TryCopy(_space, page, cell, scratch);
        return scratch.AsSpan(0, cell.KeyLength);
    }

    private void Rebalance(int level)
    {
        for (; level > 0; level--)
        {
            var used = IndexPage.Used(_space.Get(_pages[level]));
            if (used >= MergeBelow)
            {
                return;
            }

            var parent = _space.Get(_pages[level - 1]);
            var place = _places[level - 1];
            var merged = (place < IndexPage.Count(parent) && TryMerge(parent, place)) || (place > 0 && TryMerge(parent, place - 1));
            if (!merged)
            {
                return;
            }
        }

        var root = _space.Get(Root);
        while (IndexPage.Kind(root) == IndexPage.Branch && IndexPage.Count(root) == 0)
        {
            var old = Root;
            Root = IndexPage.Link(root);
            _space.Free(old);
            root = _space.Get(Root);
        }
    }

    /// <summary>Merges the child behind a slot of the parent into the child before it.</summary>
    private bool TryMerge(byte* parent, int slot)
    {
        var leftId = IndexKeys.ChildPage(parent, slot);
        var rightId = IndexKeys.ChildPage(parent, slot + 1);
        var left = _space.Get(leftId);
        var right = _space.Get(rightId);
        IndexCell.Read(parent, slot, out var separator);
        var isBranch = IndexPage.Kind(left) == IndexPage.Branch;
        var needed = IndexPage.Used(left) + IndexPage.Used(right) + (isBranch ? separator.Length + IndexPage.SlotLength : 0);
        var emptied = IndexPage.Count(left) == 0 || IndexPage.Count(right) == 0;
        if (needed > (emptied ? IndexPage.Capacity : MergeInto))
        {
            return false;
        }

        var at = IndexPage.Count(left);
        if (isBranch)
        {
            var down = stackalloc byte[IndexCell.MaxLength];
            new ReadOnlySpan<byte>(parent + separator.Offset, separator.Length).CopyTo(new Span<byte>(down, IndexCell.MaxLength));
            IndexCell.SetChild(down, IndexPage.Link(right));
            IndexPage.TryInsert(left, at++, new ReadOnlySpan<byte>(down, separator.Length));
        }
        else
        {
            IndexKeys.FreeRest(_space, parent, separator);
        }

        var count = IndexPage.Count(right);
        for (var index = 0; index < count; index++)
        {
            IndexCell.Read(right, index, out var cell);
            IndexPage.TryInsert(left, at + index, new ReadOnlySpan<byte>(right + cell.Offset, cell.Length));
        }

        IndexPage.Remove(parent, slot, separator.Length);
        _space.Free(rightId);
        return true;
    }
}
