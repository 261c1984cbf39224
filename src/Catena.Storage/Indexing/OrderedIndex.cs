using System.Runtime.CompilerServices;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Storage.Indexing;

/// <summary>A partition's keys in byte order, with their entries and small values, in pages outside the garbage-collected heap.</summary>
/// <remarks>
/// <para>
/// One writer at a time changes it, between <see cref="BeginWrite" /> and <see cref="EndWrite" />; everything between them becomes visible at once. Readers
/// take no lock: they note the version, look, copy, and look again whether the version is still the same (a sequence lock; Lameter,
/// "Effective Synchronization on Linux/NUMA Systems", 2005). What they read meanwhile may be nonsense, so every number is
/// checked before it is used, and pages are never unmapped while a reader may hold them. A reader that loses too often waits for the writer's gate.
/// </para>
/// <para>An index that is dropped while readers may be inside is freed by the collector; <see cref="Dispose" /> is for when none can be.</para>
/// </remarks>
internal sealed unsafe partial class OrderedIndex : IDisposable
{
    /// <summary>The longest value that may stand in the index.</summary>
    internal const int MaxInlineLength = 256;

    private readonly Lock _gate = new();
    private readonly PageSpace _space = new();
    private readonly LeafHints _hints = new();
    private readonly SegmentUsage _usage;
    private readonly IndexTree _tree;
    private ScanBatch? _doomed;
    private uint _root;
    private long _version;
    private long _count;
    private long _inlineBytes;
    private ulong _sum;

    /// <summary>An empty index.</summary>
    /// <param name="usage">Told of every value in the journal that a key begins or ceases to refer to.</param>
    internal OrderedIndex(SegmentUsage usage)
    {
        _usage = usage;
        _tree = new IndexTree(_space);
        _root = _tree.Root;
    }

    /// <summary>The number of keys.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>The number of keys by table.</summary>
    internal TableCounts Tables { get; } = new();

    /// <summary>The memory of the pages in use, and of what helps to find them.</summary>
    internal long MemoryBytes => ((long)_space.PagesInUse * PageSpace.PageSize) + _hints.MemoryBytes;

    /// <summary>The bytes of the values that stand in the index.</summary>
    internal long InlineBytes => Volatile.Read(ref _inlineBytes);

    /// <summary>The pages in use.</summary>
    internal int PagesInUse => _space.PagesInUse;

    /// <summary>What all keys sum up to (<see cref="EntrySum" />), the same wherever keys, values, versions and expiry times are the same; for the writer.</summary>
    internal ulong Sum => _sum;

    /// <summary>Begins a change; readers wait or look again until its end.</summary>
    internal void BeginWrite()
    {
        _gate.Enter();
        Volatile.Write(ref _version, _version + 1);
        Interlocked.MemoryBarrier();
    }

    /// <summary>Ends a change.</summary>
    internal void EndWrite()
    {
        Volatile.Write(ref _version, _version + 1);
        _gate.Exit();
    }

    /// <summary>Adds a key or replaces what is said of it; within a change.</summary>
    /// <param name="key">The stored key.</param>
    /// <param name="checksum">The key's checksum (<see cref="IndexCell.ChecksumOfKey" />).</param>
    /// <param name="entry">What is said of it.</param>
    /// <param name="value">The value, where the entry says that it stands in the index.</param>
    [SkipLocalsInit]
    internal void Put(ReadOnlySpan<byte> key, uint checksum, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        if (key.Length > StoredKey.MaxLength)
        {
            throw new ArgumentException($"A key of {key.Length} bytes is longer than keys may be.", nameof(key));
        }

        if (TryReplace(key, checksum, entry, value))
        {
            return;
        }

        if (_tree.Descend(key))
        {
            Forget(key, checksum, _tree.LeafPage, CellAtLeaf());
            _tree.Remove(merge: false);
        }
        else
        {
            Volatile.Write(ref _count, _count + 1);
            Tables.Note(key, 1);
            _hints.EnsureRoom(_count);
        }

        Note(key, checksum, entry, value);
        var cell = stackalloc byte[IndexCell.MaxLength];
        var length = IndexCell.BuildLeaf(cell, key, IndexKeys.StoreRest(_space, key), entry, value);
        _hints.Note(IndexCell.HashOf(checksum), _tree.LeafId);
        _tree.Insert(new ReadOnlySpan<byte>(cell, length));
        Volatile.Write(ref _root, _tree.Root);
    }

    /// <summary>Writes over the cell of a key, where a hint leads to it and the new one is as long: most writes of keys that are there.</summary>
    private bool TryReplace(ReadOnlySpan<byte> key, uint checksum, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        if (key.Length > IndexCell.MaxKeyInPage
            || !TryFindHinted(key, IndexCell.HashOf(checksum), out var page, out _, out var old)
            || IndexCell.LengthOfLeaf(key, entry, value) != old.Length)
        {
            return false;
        }

        Forget(key, checksum, page, old);
        Note(key, checksum, entry, value);
        IndexCell.BuildLeaf(page + old.Offset, key, 0, entry, value);
        return true;
    }

    /// <summary>Adds a key that is above every other, which costs less than <see cref="Put" />; within a change.</summary>
    /// <param name="key">The stored key.</param>
    /// <param name="entry">What is said of it.</param>
    /// <param name="value">The value, where the entry says that it stands in the index.</param>
    internal void Append(ReadOnlySpan<byte> key, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        var cell = stackalloc byte[IndexCell.MaxLength];
        var length = IndexCell.BuildLeaf(cell, key, IndexKeys.StoreRest(_space, key), entry, value);
        if (!_tree.TryAppend(new ReadOnlySpan<byte>(cell, length)))
        {
            _tree.Descend(key);
            _tree.Insert(new ReadOnlySpan<byte>(cell, length));
            _tree.DescendToLast();
            Volatile.Write(ref _root, _tree.Root);
        }

        Note(key, IndexCell.ChecksumOfKey(key), entry, value);
        Volatile.Write(ref _count, _count + 1);
        Tables.Note(key, 1);
    }

    /// <summary>Says where in the journal a key's value stands now, unless the key has another version or value by now; within a change.</summary>
    /// <param name="key">The stored key.</param>
    /// <param name="version">The version that the value belongs to.</param>
    /// <param name="position">Where the same bytes stand now.</param>
    /// <returns>Whether the key refers to the new place.</returns>
    internal bool TryMove(ReadOnlySpan<byte> key, in Lsn version, long position)
    {
        if (!_tree.Descend(key))
        {
            return false;
        }

        var page = _tree.LeafPage;
        var cell = CellAtLeaf();
        var entry = cell.Entry(page);
        if (entry.Version != version || entry.IsInline)
        {
            return false;
        }

        _usage.Remove(key.Length, entry);
        entry = entry with { Position = position };
        _usage.Add(key.Length, entry);
        cell.SetPosition(page, position);
        return true;
    }

    /// <summary>Removes a key; within a change.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Delete(ReadOnlySpan<byte> key)
    {
        if (!_tree.Descend(key))
        {
            return false;
        }

        Forget(key, IndexCell.ChecksumOfKey(key), _tree.LeafPage, CellAtLeaf());
        _tree.Remove(merge: true);
        Volatile.Write(ref _root, _tree.Root);
        Volatile.Write(ref _count, _count - 1);
        Tables.Note(key, -1);
        return true;
    }

    /// <summary>Removes every key that starts with a prefix; within a change.</summary>
    internal void DeletePrefix(ReadOnlySpan<byte> prefix)
    {
        _doomed ??= new ScanBatch();
        var from = prefix.ToArray();
        while (true)
        {
            _doomed.Clear();
            if (!TryCopy(from, default, int.MaxValue, _doomed))
            {
                throw new InvalidOperationException("The index is broken: a page that nobody changes makes no sense.");
            }

            foreach (ref readonly var item in _doomed.Items)
            {
                var key = _doomed.Key(item);
                if (!key.StartsWith(prefix))
                {
                    return;
                }

                Delete(key);
            }

            if (!_doomed.HasMore)
            {
                return;
            }

            from = _doomed.Next.ToArray();
        }
    }

    /// <summary>Frees the memory; nobody may be reading.</summary>
    public void Dispose() => _space.Dispose();

    private void Note(ReadOnlySpan<byte> key, uint checksum, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        _usage.Add(key.Length, entry);
        _sum += SummandOf(key, checksum, entry, value);
        Volatile.Write(ref _inlineBytes, _inlineBytes + (entry.IsInline ? entry.ValueLength : 0));
    }

    private void Forget(ReadOnlySpan<byte> key, uint checksum, byte* page, in IndexCell cell)
    {
        var entry = cell.Entry(page);
        _usage.Remove(key.Length, entry);
        _sum -= SummandOf(key, checksum, entry, cell.Value(page));
        Volatile.Write(ref _inlineBytes, _inlineBytes - (entry.IsInline ? entry.ValueLength : 0));
    }

    private static ulong SummandOf(ReadOnlySpan<byte> key, uint checksum, in IndexEntry entry, ReadOnlySpan<byte> value) =>
        EntrySum.Of(key.Length <= IndexCell.MaxKeyInPage ? checksum : Crc32C.Compute(key), key.Length, entry, value);

    private IndexCell CellAtLeaf()
    {
        IndexCell.Read(_tree.LeafPage, _tree.LeafSlot, out var cell);
        return cell;
    }
}
