using System.Buffers;
using System.Runtime.CompilerServices;

namespace Catena.Storage.Indexing;

/// <content>Lookups and scans, beside the writer and without locks.</content>
internal sealed unsafe partial class OrderedIndex
{
    private const int OptimisticAttempts = 64;
    private const int MaxDepth = 40;

    /// <summary>Looks a key up. Any thread.</summary>
    /// <param name="key">The stored key.</param>
    /// <param name="writer">Where a value that stands in the index goes.</param>
    /// <param name="entry">What is said of the key; a value in the journal is for the caller to read.</param>
    /// <returns>Whether the key is there.</returns>
    [SkipLocalsInit]
    internal bool TryGet<TWriter>(ReadOnlySpan<byte> key, ref TWriter writer, out IndexEntry entry)
        where TWriter : IBufferWriter<byte>, allows ref struct
    {
        // Nothing of the caller's runs between look and second look.
        Span<byte> value = stackalloc byte[MaxInlineLength];
        int inlineLength;
        for (var attempt = 0; ; attempt++)
        {
            var locked = BeginRead(attempt, out var version);
            var isSane = TryFind(key, out var page, out var cell) && cell.InlineLength <= MaxInlineLength;
            entry = default;
            inlineLength = -1;
            if (isSane && page is not null)
            {
                entry = cell.Entry(page);
                inlineLength = cell.InlineLength;
                cell.Value(page).CopyTo(value);
            }

            if (EndRead(locked, version, isSane))
            {
                break;
            }
        }

        GC.KeepAlive(_space);
        if (inlineLength < 0)
        {
            return false;
        }

        if (inlineLength > 0)
        {
            value[..inlineLength].CopyTo(writer.GetSpan(inlineLength));
            writer.Advance(inlineLength);
        }

        return true;
    }

    /// <summary>Looks up what is said of a key, without its value. Any thread.</summary>
    internal bool TryGetEntry(ReadOnlySpan<byte> key, out IndexEntry entry)
    {
        bool found;
        for (var attempt = 0; ; attempt++)
        {
            var locked = BeginRead(attempt, out var version);
            var isSane = TryFind(key, out var page, out var cell);
            found = isSane && page is not null;
            entry = found ? cell.Entry(page) : default;
            if (EndRead(locked, version, isSane))
            {
                break;
            }
        }

        GC.KeepAlive(_space);
        return found;
    }

    /// <summary>Copies entries of one leaf, in order, from a key on. Any thread.</summary>
    /// <param name="from">The first key wanted.</param>
    /// <param name="toExclusive">The first key not wanted; empty for no end.</param>
    /// <param name="maxEntries">How many at most; at least one.</param>
    /// <param name="batch">Where to; says where to go on.</param>
    internal void Copy(ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, ScanBatch batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            batch.Clear();
            var locked = BeginRead(attempt, out var version);
            var isSane = TryCopy(from, toExclusive, maxEntries, batch);
            if (EndRead(locked, version, isSane))
            {
                break;
            }
        }

        GC.KeepAlive(_space);
    }

    /// <summary>Copies the entries that follow a batch into the same batch. Any thread.</summary>
    internal void CopyNext(ReadOnlySpan<byte> toExclusive, int maxEntries, ScanBatch batch)
    {
        var from = ArrayPool<byte>.Shared.Rent(batch.Next.Length);
        try
        {
            batch.Next.CopyTo(from);
            Copy(from.AsSpan(0, batch.Next.Length), toExclusive, maxEntries, batch);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(from);
        }
    }

    /// <summary>Begins to bring what a look-up of a key touches into the processor's cache, one step of the way there. Any thread.</summary>
    /// <remarks>
    /// Each step touches what the step before it asked for. Whoever looks many keys up asks for a step of all of them before the next, so that the waits for memory overlap
    /// (group prefetching: Chen, Ailamaki, Gibbons and Mowry, "Improving Hash Join Performance through Prefetching", 2004).
    /// </remarks>
    /// <param name="hash">The key's hash (<see cref="IndexCell.HashOfKey" />).</param>
    /// <param name="step">How far.</param>
    internal void Prefetch(uint hash, PrefetchStep step)
    {
        if (step == PrefetchStep.Hint)
        {
            _hints.Prefetch(hash);
            return;
        }

        var page = _space.TryGet(_hints.Find(hash));
        if (page is not null)
        {
            if (step == PrefetchStep.Page)
            {
                IndexPage.PrefetchSlots(page);
            }
            else if (IndexPage.FindFingerprint(page, (ushort)(hash >> 16), 0) is >= 0 and var slot)
            {
                IndexPage.PrefetchCell(page, slot);
            }
        }

        GC.KeepAlive(_space);
    }

    private bool BeginRead(int attempt, out long version)
    {
        if (attempt >= OptimisticAttempts)
        {
            _gate.Enter();
            version = _version;
            return true;
        }

        var spin = default(SpinWait);
        while (((version = Volatile.Read(ref _version)) & 1) != 0 && !spin.NextSpinWillYield)
        {
            spin.SpinOnce();
        }

        return false;
    }

    private bool EndRead(bool locked, long version, bool isSane)
    {
        if (locked)
        {
            _gate.Exit();
            return isSane ? true : throw new InvalidOperationException("The index is broken: a page that nobody changes makes no sense.");
        }

        Volatile.ReadBarrier();
        return isSane && (version & 1) == 0 && version == Volatile.Read(ref _version);
    }

    /// <summary>Finds a key's cell; false on nonsense, a null page where the key is not there.</summary>
    private bool TryFind(ReadOnlySpan<byte> key, out byte* leaf, out IndexCell cell)
    {
        var hash = IndexCell.HashOfKey(key);
        if (TryFindHinted(key, hash, out leaf, out _, out cell))
        {
            return true;
        }

        leaf = null;
        cell = default;
        var id = Volatile.Read(ref _root);
        var page = _space.TryGet(id);
        for (var level = 0; level < MaxDepth && page is not null; level++)
        {
            if (IndexPage.Kind(page) == IndexPage.Leaf)
            {
                var slot = IndexKeys.Search(_space, page, key, out var found);
                leaf = found ? page : null;
                if (found)
                {
                    _hints.Note(hash, id);
                }

                return slot >= 0 && (!found || IndexCell.TryRead(page, slot, out cell));
            }

            if (IndexPage.Kind(page) != IndexPage.Branch)
            {
                return false;
            }

            var child = IndexKeys.SearchChild(_space, page, key);
            id = child < 0 ? 0 : IndexKeys.ChildPage(page, child);
            page = _space.TryGet(id);
        }

        return false;
    }

    /// <summary>Looks for a key's cell where a hint says that it is.</summary>
    /// <returns>False where it is not there, or what is there makes no sense.</returns>
    private bool TryFindHinted(ReadOnlySpan<byte> key, uint hash, out byte* page, out int slot, out IndexCell cell)
    {
        cell = default;
        slot = -1;
        page = _space.TryGet(_hints.Find(hash));
        if (page is null || IndexPage.Kind(page) != IndexPage.Leaf)
        {
            return false;
        }

        while ((slot = IndexPage.FindFingerprint(page, (ushort)(hash >> 16), slot + 1)) >= 0)
        {
            if (IndexCell.TryRead(page, slot, out cell) && IndexKeys.Compare(_space, page, cell, key) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryCopy(ReadOnlySpan<byte> from, ReadOnlySpan<byte> toExclusive, int maxEntries, ScanBatch batch)
    {
        var page = _space.TryGet(Volatile.Read(ref _root));
        for (var level = 0; level < MaxDepth && page is not null; level++)
        {
            if (IndexPage.Kind(page) == IndexPage.Leaf)
            {
                var slot = IndexKeys.Search(_space, page, from, out _);
                return slot >= 0 && TryCopyLeaf(page, slot, toExclusive, maxEntries, batch);
            }

            if (IndexPage.Kind(page) != IndexPage.Branch)
            {
                return false;
            }

            var child = IndexKeys.SearchChild(_space, page, from);
            if (child < 0 || (child < IndexPage.Count(page) && !TryCopyFence(page, child, batch)))
            {
                return false;
            }

            page = _space.TryGet(IndexKeys.ChildPage(page, child));
        }

        return false;
    }

    /// <summary>Notes the key that separates a child from the next: where a scan goes on behind it.</summary>
    private bool TryCopyFence(byte* page, int child, ScanBatch batch) =>
        IndexCell.TryRead(page, child, out var cell) && IndexKeys.TryCopy(_space, page, cell, batch.ReserveNext(cell.KeyLength));

    private bool TryCopyLeaf(byte* page, int slot, ReadOnlySpan<byte> toExclusive, int maxEntries, ScanBatch batch)
    {
        var count = IndexPage.Count(page);
        for (; slot < count; slot++)
        {
            if (!IndexCell.TryRead(page, slot, out var cell))
            {
                return false;
            }

            if (batch.Items.Length == maxEntries)
            {
                batch.GoOnBehindLast();
                return true;
            }

            var room = batch.Reserve(cell.KeyLength + cell.InlineLength);
            if (!IndexKeys.TryCopy(_space, page, cell, room))
            {
                return false;
            }

            if (!toExclusive.IsEmpty && room[..cell.KeyLength].SequenceCompareTo(toExclusive) >= 0)
            {
                batch.End();
                return true;
            }

            cell.Value(page).CopyTo(room[cell.KeyLength..]);
            batch.Add(cell.KeyLength, cell.InlineLength, cell.Entry(page));
        }

        if (batch.HasMore && !toExclusive.IsEmpty && batch.Next.SequenceCompareTo(toExclusive) >= 0)
        {
            batch.End();
        }

        return true;
    }
}
