using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>The keys of one slot, or their number: CLUSTER GETKEYSINSLOT and COUNTKEYSINSLOT.</summary>
/// <param name="slot">The slot.</param>
/// <param name="wanted">How many keys at most; null for their number.</param>
/// <param name="version">The version of the reply.</param>
internal sealed class SlotKeysGathering(ushort slot, long? wanted, RespVersion version) : Gathering
{
    private readonly PooledBuffer _keys = new();
    private readonly FirstError _error = new();
    private bool _isAsked;
    private int _found;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, version);
        if (_error.IsSet)
        {
            _error.Write(writer);
            return;
        }

        if (wanted is null)
        {
            writer.WriteInteger(_found);
            return;
        }

        writer.WriteArrayHeader(_found);
        foreach (var key in new PackedList(_keys.Written))
        {
            writer.WriteBulk(key);
        }
    }

    /// <inheritdoc />
    public override void Release() => _keys.Release();

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_isAsked)
        {
            return false;
        }

        // Pages hold whole slots, so the smallest one holds this slot's keys, and others' where it has none.
        _isAsked = true;
        Execute(router, new Command { Kind = CommandKind.Scan, Slot = slot, Number = slot, Limit = 1 }, 0);
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

        for (var i = 0; i < reader.Count && _found < (wanted ?? long.MaxValue); i++)
        {
            if (reader.ReadItem(out var key) && HashSlot.Of(key).Value == slot)
            {
                _found++;
                if (wanted is not null)
                {
                    PackedList.Add(_keys, key);
                }
            }
        }
    }
}
