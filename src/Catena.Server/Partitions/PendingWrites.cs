using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>What has been decided on a partition and is not applied yet, over what is: the state that the next decision sees.</summary>
/// <remarks>
/// Guarded by the partition's lock. Entries that only put keys wait by themselves until somebody looks for any key: most have been applied before that, and never have to be found.
/// </remarks>
internal sealed class PendingWrites(PartitionStore store) : IKeyReader
{
    /// <summary>How much memory for keys and values is kept for the next ones.</summary>
    private const int MostKeptBytes = 64 * 1024;

    /// <summary>The newest write of each key.</summary>
    private readonly HashSet<PendingWrite> _keys = new(PendingWriteComparer.Instance);
    private readonly List<(byte[] Prefix, ulong Sequence)> _prefixes = [];
    private readonly Queue<PendingWrite> _order = new();
    private readonly Stack<PendingWrite> _free = new();
    private readonly PlainEntries _plain = new();
    private readonly Dictionary<ushort, Lsn> _deleted = [];
    private int _freeBytes;
    private Lsn _last;

    /// <summary>Whether any key read since this was last set to false has a write pending.</summary>
    internal bool WasConsulted { get; set; }

    /// <summary>What the log says of transactions, applied or not.</summary>
    internal TransactionBook Transactions { get; } = new();

    internal bool IsEmpty => _plain.IsEmpty && _keys.Count == 0 && _prefixes.Count == 0;

    /// <inheritdoc />
    public Lsn Position => _last > store.Applied ? _last : store.Applied;

    /// <inheritdoc />
    public Lsn LastDeletion(ushort first, ushort last)
    {
        var latest = store.LastDeletion(first, last);
        foreach (var (slot, lsn) in _deleted)
        {
            latest = slot >= first && slot <= last && lsn > latest ? lsn : latest;
        }

        return latest;
    }

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        if (TryFind(storedKey, out var pending))
        {
            WasConsulted = true;
            (version, expiry) = (pending.Version, pending.Expiry);
            value.Write(pending.Value);
            return !pending.IsDeletion;
        }

        return store.TryGet(storedKey, value, out version, out expiry);
    }

    /// <inheritdoc />
    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        if (TryFind(storedKey, out var pending))
        {
            WasConsulted = true;
            (version, expiry) = (pending.Version, pending.Expiry);
            return !pending.IsDeletion;
        }

        return store.TryGetVersion(storedKey, out version, out expiry);
    }

    /// <inheritdoc />
    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        SortIn();
        var (first, end) = (from.ToArray(), to.ToArray());
        var overlay = new KeyOverlay(
            _keys.Where(pending => ByteKeyComparer.IsBetween(pending.Key, first, end))
                .Select(pending => new KeyOverlay.Change(
                    pending.Key.ToArray(), pending.IsDeletion ? null : pending.Value.ToArray(), pending.Version, pending.Expiry)),
            visitor);
        WasConsulted |= overlay.HasChanges || _prefixes.Count > 0;
        IEntryVisitor below = _prefixes.Count > 0 ? new WithoutPrefixes(_prefixes, overlay) : overlay;
        store.Scan(from, to, withValues, below);
        overlay.End();
    }

    /// <summary>Adds the mutations of an entry.</summary>
    internal void Add(Lsn lsn, ReadOnlySpan<byte> body)
    {
        _last = lsn;
        if (PlainEntries.Takes(body))
        {
            _plain.Add(lsn, body);
        }
        else
        {
            SortIn();
            SortIn(lsn, body);
        }
    }

    /// <summary>Drops what has been applied.</summary>
    internal void Applied(ulong sequence)
    {
        _plain.DropThrough(sequence);
        while (_order.TryPeek(out var oldest) && oldest.Version.Sequence <= sequence)
        {
            DropOldest();
        }

        if (_prefixes.Count > 0)
        {
            DropPrefixes(sequence);
        }

        if (_last.Sequence <= sequence)
        {
            _deleted.Clear();
        }
    }

    internal void Clear()
    {
        _plain.DropThrough(ulong.MaxValue);
        while (_order.Count > 0)
        {
            DropOldest();
        }

        _prefixes.Clear();
        _deleted.Clear();
        _last = Lsn.Zero;
        Transactions.Clear();
    }

    /// <summary>Sorts the entries in that wait by themselves, so that their keys are found.</summary>
    private void SortIn()
    {
        while (_plain.TryTake(out var lsn, out var body))
        {
            SortIn(lsn, body);
        }
    }

    private void SortIn(Lsn lsn, ReadOnlySpan<byte> body)
    {
        var reader = new WriteBodyReader(body);
        while (reader.MoveNext())
        {
            var mutation = reader.Current;
            Transactions.Note(mutation);
            if (mutation.Kind != MutationKind.Put && !StoredKey.IsSystem(mutation.Key))
            {
                _deleted[StoredKey.Slot(mutation.Key)] = lsn;
            }

            if (mutation.Kind == MutationKind.DeletePrefix)
            {
                AddPrefix(lsn, mutation.Key);
                continue;
            }

            var write = TakeFree();
            if (mutation.Kind == MutationKind.Put)
            {
                write.Put(lsn, mutation.Key, mutation.Value, mutation.Expiry);
            }
            else
            {
                write.Delete(lsn, mutation.Key);
            }

            Add(write);
        }

        Invariant.Holds(reader.IsValid, "an entry's body is malformed");
    }

    private bool TryFind(ReadOnlySpan<byte> storedKey, [NotNullWhen(true)] out PendingWrite? pending)
    {
        SortIn();
        if (_keys.Count > 0 && _keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out pending))
        {
            return true;
        }

        pending = PendingWrite.OfNoVersion;
        foreach (var (prefix, _) in _prefixes)
        {
            if (storedKey.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }

    private void AddPrefix(Lsn lsn, ReadOnlySpan<byte> prefix)
    {
        var owned = prefix.ToArray();
        _prefixes.Add((owned, lsn.Sequence));
        foreach (var covered in _keys.Where(pending => pending.Key.StartsWith(owned)).ToArray())
        {
            var write = TakeFree();
            write.Delete(lsn, covered.Key);
            Add(write);
        }
    }

    private void Add(PendingWrite write)
    {
        if (!_keys.Add(write))
        {
            // The one before it goes out of the set, and away once its own entry is applied.
            if (_keys.TryGetValue(write, out var before))
            {
                before.IsNewest = false;
                _keys.Remove(before);
            }

            _keys.Add(write);
        }

        _order.Enqueue(write);
    }

    private void DropOldest()
    {
        var oldest = _order.Dequeue();
        if (oldest.IsNewest)
        {
            _keys.Remove(oldest);
        }

        if (_freeBytes + oldest.Capacity <= MostKeptBytes)
        {
            _freeBytes += oldest.Capacity;
            _free.Push(oldest);
        }
    }

    private void DropPrefixes(ulong sequence) => _prefixes.RemoveAll(prefix => prefix.Sequence <= sequence);

    private PendingWrite TakeFree()
    {
        if (!_free.TryPop(out var free))
        {
            return new PendingWrite();
        }

        _freeBytes -= free.Capacity;
        return free;
    }

    private sealed class WithoutPrefixes(List<(byte[] Prefix, ulong Sequence)> prefixes, IEntryVisitor target) : IEntryVisitor
    {
        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            foreach (var (prefix, _) in prefixes)
            {
                if (storedKey.StartsWith(prefix))
                {
                    return true;
                }
            }

            return target.Visit(storedKey, value, version, expiry);
        }
    }
}
