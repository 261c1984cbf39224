using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What a transaction has written over what is there: what its next command sees. What it has written has no version yet, which reads as zero.</summary>
internal sealed class ProgramView : IKeyReader
{
    private readonly Dictionary<byte[], (byte[]? Value, long Expiry)> _written = new(ByteKeyComparer.Instance);
    private IKeyReader _keys = null!;

    /// <inheritdoc />
    public Lsn Position => _keys.Position;

    /// <inheritdoc />
    public Lsn LastDeletion(ushort first, ushort last) => _keys.LastDeletion(first, last);

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        if (!TryFind(storedKey, out var written, out expiry))
        {
            return _keys.TryRead(storedKey, value, out version, out expiry);
        }

        version = Lsn.Zero;
        value.Write(written);
        return written is not null;
    }

    /// <inheritdoc />
    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        if (!TryFind(storedKey, out var written, out expiry))
        {
            return _keys.TryReadVersion(storedKey, out version, out expiry);
        }

        version = Lsn.Zero;
        return written is not null;
    }

    /// <inheritdoc />
    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        var (first, end) = (from.ToArray(), to.ToArray());
        var overlay = new KeyOverlay(
            _written.Where(written => ByteKeyComparer.IsBetween(written.Key, first, end)).Select(written => new KeyOverlay.Change(written.Key, written.Value.Value, Lsn.Zero, written.Value.Expiry)), visitor);
        _keys.Scan(from, to, withValues, overlay);
        overlay.End();
    }

    /// <summary>Whether anything was written.</summary>
    internal bool HasWrites => _written.Count > 0;

    /// <summary>Shows what was written, in its last form.</summary>
    /// <param name="take">Takes it.</param>
    internal void VisitWrites(MutationTaker take)
    {
        foreach (var (key, (value, expiry)) in _written)
        {
            take(new Mutation { Kind = value is null ? MutationKind.Delete : MutationKind.Put, Key = key, Value = value, Expiry = expiry });
        }
    }

    internal void Begin(IKeyReader keys)
    {
        _keys = keys;
        _written.Clear();
    }

    internal void Take(ReadOnlySpan<byte> mutations)
    {
        for (var reader = new MutationReader(mutations); reader.MoveNext();)
        {
            var mutation = reader.Current;
            Invariant.Holds(mutation.Kind != MutationKind.DeletePrefix, "a transaction clears a table");
            _written[mutation.Key.ToArray()] = (mutation.Kind == MutationKind.Put ? mutation.Value.ToArray() : null, mutation.Expiry);
        }
    }

    /// <summary>Takes a mutation.</summary>
    internal delegate void MutationTaker(in Mutation mutation);

    private bool TryFind(ReadOnlySpan<byte> storedKey, out byte[]? value, out long expiry)
    {
        var isWritten = _written.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out var written);
        (value, expiry) = written;
        return isWritten;
    }
}
