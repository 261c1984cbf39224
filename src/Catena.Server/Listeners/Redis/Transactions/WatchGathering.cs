using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>Asks which versions keys have, so that EXEC can tell whether they have changed: WATCH.</summary>
/// <param name="transaction">What watches them from then on, all or, where a partition does not answer, none.</param>
/// <param name="storedKeys">The keys, by partition.</param>
/// <param name="version">The version of the reply.</param>
internal sealed class WatchGathering(RedisTransaction transaction, IReadOnlyList<IGrouping<PartitionId, byte[]>> storedKeys, RespVersion version) : Gathering
{
    private readonly FirstError _error = new();
    private readonly List<(byte[] Key, Lsn Version)> _found = [];
    private bool _hasAsked;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, version);
        if (_error.IsSet)
        {
            _error.Write(writer);
            return;
        }

        foreach (var (key, keyVersion) in _found)
        {
            transaction.Watch(key, keyVersion);
        }

        writer.WriteOk();
    }

    /// <inheritdoc />
    public override void Release()
    {
        // It holds nothing that is pooled.
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_hasAsked || storedKeys.Count == 0)
        {
            return false;
        }

        _hasAsked = true;
        for (var i = 0; i < storedKeys.Count; i++)
        {
            var items = new ArrayBufferWriter<byte>();
            foreach (var key in storedKeys[i])
            {
                PackedList.Add(items, key);
            }

            Execute(
                router,
                new Command { Kind = CommandKind.Look, Flags = CommandFlags.WithoutValues, Slot = StoredKey.Slot(storedKeys[i].First()), Items = items.WrittenSpan },
                i);
        }

        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error)
        {
            _error.Set(reader.Error, reader.Value);
            return;
        }

        foreach (var key in storedKeys[(int)tag])
        {
            reader.ReadEntry(out var keyVersion, out _, out _);
            _found.Add((key, keyVersion));
        }

        if (!reader.IsValid)
        {
            throw new InvalidOperationException("A result is malformed.");
        }
    }
}
