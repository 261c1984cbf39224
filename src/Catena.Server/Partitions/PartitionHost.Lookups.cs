using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Routing;
using Catena.Storage.Errors;
using Catena.Storage.Indexing;

namespace Catena.Server.Partitions;

/// <content>Reads of single keys past the partition's lock, on any thread, where this node holds its leases.</content>
public sealed partial class PartitionHost
{
    [ThreadStatic]
    private static ReadBuffers? _readBuffers;

    /// <summary>Answers a read of one key at once, past the partition's lock, where this node holds its leases.</summary>
    /// <returns>False where <see cref="Execute" /> has to see to it.</returns>
    public bool TryRead(in Command command, ICommandSink sink, long tag)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (command.Kind != CommandKind.Get || command.IsStale || command.Key.Length is 0 or > StoredKey.MaxKeyLength || !TryPermit(out var permit))
        {
            return false;
        }

        var buffers = _readBuffers ??= new ReadBuffers();
        var key = buffers.KeyOf(command);
        bool found;
        try
        {
            buffers.Begin();
            if (!TryLook(key, buffers.Value, out found, out var version))
            {
                return false;
            }

            if (found)
            {
                buffers.End(version);
            }
        }
        catch (StorageDamagedException damage)
        {
            return TryRefuse(damage, permit.Copy, sink, tag);
        }

        if (!Counts(permit, _ports.Now))
        {
            return false;
        }

        sink.Complete(tag, found ? buffers.Result : ReadBuffers.Nil);
        return true;
    }

    /// <summary>Notes under what reads past the lock count that begin now.</summary>
    /// <returns>False where none can.</returns>
    internal bool TryPermit(out ReadPermit permit)
    {
        permit = new ReadPermit(Volatile.Read(ref _readableUntil), _store.Copy);
        return permit.Until != 0;
    }

    /// <summary>Whether what was read since a permit was noted counts.</summary>
    /// <remarks>
    /// The values first, then the lease, which must have held all the time: one that ran out while they were read is seen here, even if there is
    /// another by now. So is a copy that was given up meanwhile.
    /// </remarks>
    /// <param name="permit">The permit.</param>
    /// <param name="now">The time since the last value was read.</param>
    internal bool Counts(in ReadPermit permit, long now) => now < Math.Min(permit.Until, Volatile.Read(ref _readableUntil)) && _store.Copy == permit.Copy;

    /// <summary>Begins to bring what a look at a key touches into the processor's cache, one step of the way there.</summary>
    internal void Prefetch(uint hash, PrefetchStep step) => _store.Prefetch(hash, step);

    /// <summary>Writes the value of a key, or that there is none.</summary>
    /// <param name="storedKey">The key, of the default table.</param>
    /// <param name="output">Where to.</param>
    /// <returns>False where <see cref="Execute" /> has to see to it; what was written then is to be taken back.</returns>
    internal bool TryLook(ReadOnlySpan<byte> storedKey, IValueOutput output)
    {
        var before = output.Length;
        try
        {
            if (!TryLook(storedKey, output, out var found, out _))
            {
                return false;
            }

            if (!found)
            {
                output.WriteMissing();
            }
            else if (output.Length == before)
            {
                // The index writes nothing for an empty value.
                output.GetSpan();
                output.Advance(0);
            }

            return true;
        }
        catch (StorageDamagedException)
        {
            // It is met again on the way that can see to it.
            return false;
        }
    }

    private bool TryLook(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out bool found, out Lsn version)
    {
        found = false;
        version = default;
        if ((_readsApplied && _dirty.MayBe(storedKey)) || (_prepared.MayBe(storedKey) && _settings.Transactions.Rules.ReadsAwaitDecisions))
        {
            return false;
        }

        found = _store.TryGet(storedKey, value, out version, out var expiry);

        // What was deleted with its table was not absent for a moment: the record came with the deletion, and so is seen by whoever looks after it.
        return found
            ? expiry == 0 || expiry > _ports.WallMilliseconds
            : StoredKey.Table(storedKey) is var table && (table == 0 || !IsDropped(table));
    }
}
