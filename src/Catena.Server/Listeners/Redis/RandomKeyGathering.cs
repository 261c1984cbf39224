using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>Some key: RANDOMKEY.</summary>
/// <remarks>
/// Two rounds: how many keys each partition has, and then a page of keys from a random slot on of one of them, which is drawn by these numbers.
/// Where slots are filled unevenly, keys are not equally likely. A partition that turns out to have none is not drawn again.
/// </remarks>
/// <param name="partitions">The slots of each partition.</param>
/// <param name="version">The version of the reply.</param>
internal sealed class RandomKeyGathering(SlotRange[] partitions, RespVersion version) : Gathering
{
    private readonly FirstError _error = new();
    private readonly long[] _counts = new long[partitions.Length];
    private byte[]? _key;
    private int _drawn = -1;
    private int _slot;
    private int _slotsLeft;
    private int _seen;
    private bool _isCounted;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, version);
        if (_error.IsSet)
        {
            _error.Write(writer);
        }
        else if (_key is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(_key);
        }
    }

    /// <inheritdoc />
    public override void Release()
    {
        // It holds nothing that is pooled.
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (!_isCounted)
        {
            _isCounted = true;
            for (var index = 0; index < partitions.Length; index++)
            {
                Execute(router, new Command { Kind = CommandKind.Count, Slot = partitions[index].First.Value }, index);
            }

            return partitions.Length > 0;
        }

        if (_key is not null || _error.IsSet || !TryDraw())
        {
            return false;
        }

        Execute(router, new Command { Kind = CommandKind.Scan, Slot = (ushort)_slot, Number = _slot, Limit = 1 }, 0);
        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        switch (reader.Kind)
        {
            case ResultKind.Error:
                _error.Set(reader.Error, reader.Value);
                break;
            case ResultKind.Integer:
                _counts[tag] = reader.Integer;
                break;
            case ResultKind.Page:
                TakePage(ref reader);
                break;
        }
    }

    /// <summary>Says where to look next: on in the drawn partition, round its end, and then in another one.</summary>
    private bool TryDraw()
    {
        if (_slotsLeft > 0)
        {
            return true;
        }

        if (_drawn >= 0)
        {
            _counts[_drawn] = 0;
        }

        var total = _counts.Sum();
        if (total <= 0)
        {
            return false;
        }

        var at = Random.Shared.NextInt64(total);
        _drawn = 0;
        while (at >= _counts[_drawn])
        {
            at -= _counts[_drawn++];
        }

        var (first, last) = (partitions[_drawn].First.Value, partitions[_drawn].Last.Value);
        _slotsLeft = last - first + 1;
        _slot = Random.Shared.Next(first, last + 1);
        return true;
    }

    private void TakePage(ref ResultReader reader)
    {
        _slotsLeft -= Math.Max(reader.NextSlot - _slot, 1);
        _slot = reader.NextSlot > partitions[_drawn].Last.Value ? partitions[_drawn].First.Value : reader.NextSlot;
        for (var i = 0; i < reader.Count; i++)
        {
            // Each key of the page is as likely to stay as every other.
            if (reader.ReadItem(out var key) && Random.Shared.Next(++_seen) == 0)
            {
                _key = key.ToArray();
            }
        }
    }
}
