using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>What has been decided on a partition and is not applied yet, over what is: the state that the next decision sees.</summary>
/// <remarks>Guarded by the partition's lock.</remarks>
internal sealed class PendingWrites(PartitionStore store) : IKeyReader
{
    private readonly Dictionary<byte[], Pending> _keys = new(ByteKeyComparer.Instance);
    private readonly List<(byte[] Prefix, ulong Sequence)> _prefixes = [];
    private readonly Queue<(ulong Sequence, byte[] Key)> _order = new();
    private readonly Dictionary<ushort, Lsn> _deleted = [];
    private Lsn _last;

    /// <summary>Whether any key read since this was last set to false has a write pending.</summary>
    internal bool WasConsulted { get; set; }

    /// <summary>What the log says of transactions, applied or not.</summary>
    internal TransactionBook Transactions { get; } = new();

    internal bool IsEmpty => _keys.Count == 0 && _prefixes.Count == 0;

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
            return pending.Value is not null;
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
            return pending.Value is not null;
        }

        return store.TryGetVersion(storedKey, out version, out expiry);
    }

    /// <inheritdoc />
    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        var (first, end) = (from.ToArray(), to.ToArray());
        var overlay = new KeyOverlay(
            _keys.Where(pending => ByteKeyComparer.IsBetween(pending.Key, first, end))
                .Select(pending => new KeyOverlay.Change(pending.Key, pending.Value.Value, pending.Value.Version, pending.Value.Expiry)),
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

            var key = mutation.Key.ToArray();
            _keys[key] = new Pending(mutation.Kind == MutationKind.Put ? mutation.Value.ToArray() : null, mutation.Expiry, lsn);
            _order.Enqueue((lsn.Sequence, key));
        }

        Invariant.Holds(reader.IsValid, "an entry's body is malformed");
    }

    /// <summary>Drops what has been applied.</summary>
    internal void Applied(ulong sequence)
    {
        while (_order.TryPeek(out var oldest) && oldest.Sequence <= sequence)
        {
            _order.Dequeue();
            if (_keys.TryGetValue(oldest.Key, out var pending) && pending.Version.Sequence <= sequence)
            {
                _keys.Remove(oldest.Key);
            }
        }

        if (_prefixes.Count > 0)
        {
            _prefixes.RemoveAll(prefix => prefix.Sequence <= sequence);
        }

        if (_last.Sequence <= sequence)
        {
            _deleted.Clear();
        }
    }

    internal void Clear()
    {
        _keys.Clear();
        _prefixes.Clear();
        _order.Clear();
        _deleted.Clear();
        _last = Lsn.Zero;
        Transactions.Clear();
    }

    private bool TryFind(ReadOnlySpan<byte> storedKey, out Pending pending)
    {
        if (_keys.Count > 0 && _keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out pending))
        {
            return true;
        }

        pending = default;
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
        foreach (var key in _keys.Keys.Where(key => key.AsSpan().StartsWith(owned)).ToArray())
        {
            _keys[key] = new Pending(null, 0, lsn);
            _order.Enqueue((lsn.Sequence, key));
        }
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

    private readonly record struct Pending(byte[]? Value, long Expiry, Lsn Version);
}
