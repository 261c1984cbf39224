using System.Buffers;
using System.Globalization;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>Lists keys page by page, from one slot on, until enough were found or there are no more.</summary>
/// <remarks>
/// A cursor is the number of the next slot, so a scan needs no memory on the server and goes on across any change of the
/// cluster. Whole slots are listed at a time: a key that exists throughout a scan is always found, and exactly once.
/// </remarks>
internal sealed class KeysGathering : Gathering
{
    /// <summary>A bound on the pages of one call, after which it answers with what it has.</summary>
    private const int MaxRounds = 64;

    private readonly SlotRange[] _partitions;
    private readonly byte[] _pattern;
    private readonly int _wanted;
    private readonly int _maxBytes;
    private readonly bool _isScan;
    private readonly RespVersion _version;
    private readonly PooledBuffer _keys = new();
    private readonly FirstError _error = new();
    private int _partition;
    private int _slot;
    private int _found;
    private int _rounds;

    private KeysGathering(SlotRange[] partitions, ReadOnlySpan<byte> pattern, int slot, int wanted, int maxBytes, bool isScan, RespVersion version)
    {
        _partitions = partitions;
        _pattern = pattern.ToArray();
        _slot = slot;
        _wanted = wanted;
        _maxBytes = maxBytes;
        _isScan = isScan;
        _version = version;
        SkipTo(slot);
    }

    private bool IsAtEnd => _partition == _partitions.Length;

    /// <summary>One call of SCAN.</summary>
    /// <param name="partitions">The slots of each partition, ascending.</param>
    /// <param name="pattern">What keys must match; empty for all.</param>
    /// <param name="slot">Where to begin.</param>
    /// <param name="wanted">About how many keys.</param>
    /// <param name="maxBytes">The longest reply.</param>
    /// <param name="version">The version of the reply.</param>
    public static KeysGathering Scan(
        SlotRange[] partitions, ReadOnlySpan<byte> pattern, int slot, int wanted, int maxBytes, RespVersion version) =>
        new(partitions, pattern, slot, wanted, maxBytes, isScan: true, version);

    /// <summary>KEYS: all at once.</summary>
    /// <param name="partitions">The slots of each partition, ascending.</param>
    /// <param name="pattern">What keys must match; empty for all.</param>
    /// <param name="page">About how many keys are asked for at a time.</param>
    /// <param name="maxBytes">The longest reply.</param>
    /// <param name="version">The version of the reply.</param>
    public static KeysGathering Keys(SlotRange[] partitions, ReadOnlySpan<byte> pattern, int page, int maxBytes, RespVersion version) =>
        new(partitions, pattern, 0, page, maxBytes, isScan: false, version);

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, _version);
        if (_error.IsSet)
        {
            _error.Write(writer);
            return;
        }

        if (_keys.Length > _maxBytes)
        {
            writer.WriteError(RedisResults.ReplyTooLong);
            return;
        }

        if (_isScan)
        {
            writer.WriteArrayHeader(2);
            writer.WriteBulk((IsAtEnd ? 0 : _slot).ToString(CultureInfo.InvariantCulture));
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
        var hasEnough = _isScan && (_found >= _wanted || _rounds == MaxRounds);
        if (IsAtEnd || hasEnough || _error.IsSet || _keys.Length > _maxBytes)
        {
            return false;
        }

        _rounds++;
        var command = new Command
        {
            Kind = CommandKind.Scan,
            Slot = (ushort)_slot,
            Number = _slot,
            Limit = _isScan ? _wanted - _found : _wanted,
            Value = _pattern,
        };
        Execute(router, command, 0);
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

        if (reader.Kind != ResultKind.Page || reader.NextSlot <= _slot)
        {
            _error.Set(ErrorCode.BadRequest, "a page of keys is malformed"u8);
            return;
        }

        for (var i = 0; i < reader.Count && _keys.Length <= _maxBytes; i++)
        {
            if (reader.ReadItem(out var key))
            {
                PackedList.Add(_keys, key);
                _found++;
            }
        }

        // A page never leads past its own partition.
        SkipTo(Math.Min(reader.NextSlot, _partitions[_partition].Last.Value + 1));
    }

    private void SkipTo(int slot)
    {
        _slot = slot;
        while (_partition < _partitions.Length && _partitions[_partition].Last.Value < _slot)
        {
            _partition++;
        }

        if (!IsAtEnd)
        {
            _slot = Math.Max(_slot, _partitions[_partition].First.Value);
        }
    }
}
