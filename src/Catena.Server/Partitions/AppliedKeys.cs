using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>The applied state, as a reader that decides nothing answers from it; it notes whether a key that was read has writes pending.</summary>
/// <remarks>Guarded by the partition's lock.</remarks>
internal sealed class AppliedKeys(PartitionStore store, DirtyKeys dirty, PreparedKeys prepared) : IKeyReader
{
    /// <summary>Whether any key read since this was last set to false may have a write pending.</summary>
    internal bool WasDirty { get; set; }

    /// <summary>Whether any key read since this was last set to false may be written by a transaction that is prepared.</summary>
    internal bool WasPrepared { get; set; }

    /// <inheritdoc />
    public Lsn Position => store.Applied;

    /// <inheritdoc />
    public Lsn LastDeletion(ushort first, ushort last) => store.LastDeletion(first, last);

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        Note(storedKey);
        return store.TryGet(storedKey, value, out version, out expiry);
    }

    /// <inheritdoc />
    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        Note(storedKey);
        return store.TryGetVersion(storedKey, out version, out expiry);
    }

    /// <inheritdoc />
    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        WasDirty |= !dirty.IsEmpty;
        WasPrepared |= prepared.HasAny(from, to);
        store.Scan(from, to, withValues, visitor);
    }

    private void Note(ReadOnlySpan<byte> storedKey)
    {
        WasDirty |= dirty.MayBe(storedKey);
        WasPrepared |= prepared.MayBe(storedKey);
    }
}
