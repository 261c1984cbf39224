using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;
using SnapshotMessage = Catena.Core.Replication.Messages.SnapshotChunk;

namespace Catena.Server.Partitions;

/// <summary>A partition's store as its replica wants it.</summary>
/// <remarks>
/// What <see cref="Read" /> and its like return is rented, and lives until <see cref="ReleaseReads" />: the host sends messages, which
/// copies them, before it releases. Guarded by the partition's lock.
/// </remarks>
internal sealed class ReplicaLog(PartitionStore store) : IReplicaLog
{
    private const long NoSpace = -1;

    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    private readonly List<byte[]> _rented = [];
    private ulong _pin = ulong.MaxValue;
    private long _lastPosition;
    private StorageDamagedException? _damage;

    /// <summary>Is told of every entry that another replica sends; null where nobody wants to know.</summary>
    internal DirtyKeys? Received { get; set; }

    /// <summary>The journal position at which everything appended for the partition is stable. Any thread may read it.</summary>
    internal long LastPosition => Volatile.Read(ref _lastPosition);

    /// <inheritdoc />
    public Lsn Last => store.LastLsn;

    /// <inheritdoc />
    public Lsn Base => store.BaseLsn;

    /// <inheritdoc />
    public ulong FirstReadable => store.FirstReadable;

    /// <inheritdoc />
    public ulong Applied => store.Applied.Sequence;

    /// <inheritdoc />
    public IReadOnlyList<EpochStart> Lineage => store.Lineage;

    /// <inheritdoc />
    public ulong CompleteThrough => store.CompleteThrough;

    /// <inheritdoc />
    public long AppendStart(Lsn start, ulong committed) =>
        OrNoSpace(() => store.Append(new EntryHeader(store.Id, start, EntryType.Start, committed), [], allowReserve: true));

    /// <inheritdoc />
    public long AppendFrame(ReadOnlySpan<byte> frame)
    {
        try
        {
            var position = Note(store.AppendFrame(frame, allowReserve: true));
            Received?.Add(frame);
            return position;
        }
        catch (StorageFullException)
        {
            return NoSpace;
        }
    }

    /// <inheritdoc />
    public long Truncate(ulong lastKept) => Note(store.Truncate(lastKept));

    /// <inheritdoc />
    public long SaveRecord(ReplicaRecord record)
    {
        _scratch.ResetWrittenCount();
        record.WriteTo(_scratch);
        return Note(store.SaveReplicaState(_scratch.WrittenSpan));
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Read(ulong from, int maxBytes, out Lsn last)
    {
        _scratch.ResetWrittenCount();
        int count;
        try
        {
            count = store.ReadFrames(from, store.LastLsn.Sequence, maxBytes, _scratch);
        }
        catch (StorageDamagedException damage)
        {
            _damage ??= damage;
            last = default;
            return default;
        }

        Invariant.Holds(count > 0, "an entry that the log holds could not be read");
        var sequence = from + (ulong)count - 1;
        last = new Lsn(store.EpochOf(sequence), sequence);
        return Rent();
    }

    /// <inheritdoc />
    public bool TryReadSnapshot(ReadOnlyMemory<byte> cursor, int maxBytes, out ReadOnlyMemory<byte> items, out byte[]? next)
    {
        // The chunk is kept until it is acknowledged, longer than a rented buffer lives.
        var chunk = new ArrayBufferWriter<byte>(maxBytes);
        try
        {
            store.ReadSnapshotChunk(cursor.Span, maxBytes, chunk, out next);
        }
        catch (StorageDamagedException damage)
        {
            _damage ??= damage;
            (items, next) = (default, null);
            return false;
        }

        items = chunk.WrittenMemory;
        return true;
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> ReadResults()
    {
        var results = new ArrayBufferWriter<byte>();
        store.Results.WriteTo(results);
        return results.WrittenMemory;
    }

    /// <inheritdoc />
    public void Pin(ulong sequence)
    {
        if (sequence == _pin)
        {
            return;
        }

        if (sequence != ulong.MaxValue)
        {
            store.PinLog(sequence);
        }

        if (_pin != ulong.MaxValue)
        {
            store.UnpinLog(_pin);
        }

        _pin = sequence;
    }

    /// <inheritdoc />
    public long Install(SnapshotMessage chunk)
    {
        try
        {
            var position = chunk.Number == 0 ? store.BeginInstall(chunk.Base, chunk.Lineage.AsSpan()) : 0;
            if (!store.IsInstalling)
            {
                return NoSpace;
            }

            position = Math.Max(position, store.InstallChunk(chunk.Items.Span));
            return Note(chunk.IsLast ? store.EndInstall(chunk.CompleteThrough, chunk.Results.Span) : position);
        }
        catch (StorageFullException)
        {
            store.AbandonInstall();
            return NoSpace;
        }
        catch (StorageDamagedException damage)
        {
            _damage ??= damage;
            store.AbandonInstall();
            return NoSpace;
        }
    }

    /// <inheritdoc />
    public void TailIsProven() => Note(store.MarkTail(lost: false));

    /// <inheritdoc />
    public void StartAnew() => Note(store.Reset(ResetReason.StartOver));

    /// <summary>Notes damage that was met elsewhere.</summary>
    internal void NoteDamage(StorageDamagedException damage) => _damage ??= damage;

    /// <summary>Hands over the first damage that was met since the last call, by a read that returned nothing; null where there was none.</summary>
    internal StorageDamagedException? TakeDamage()
    {
        var damage = _damage;
        _damage = null;
        return damage;
    }

    /// <summary>Gives back what reads have rented.</summary>
    internal void ReleaseReads()
    {
        foreach (var buffer in _rented)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _rented.Clear();
    }

    /// <summary>Notes the journal position of something that was appended.</summary>
    internal long Note(long position)
    {
        Volatile.Write(ref _lastPosition, Math.Max(_lastPosition, position));
        return position;
    }

    private long OrNoSpace(Func<long> append)
    {
        try
        {
            return Note(append());
        }
        catch (StorageFullException)
        {
            return NoSpace;
        }
    }

    private ReadOnlyMemory<byte> Rent()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_scratch.WrittenCount);
        _scratch.WrittenSpan.CopyTo(buffer);
        _rented.Add(buffer);
        return buffer.AsMemory(0, _scratch.WrittenCount);
    }
}
