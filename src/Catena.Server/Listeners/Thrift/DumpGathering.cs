using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The answer to dump: every key with its value, in one frame.</summary>
/// <remarks>
/// In turn a page of keys, then their values, slot by slot. It is no snapshot: a key written meanwhile has its old or its new
/// value. What does not fit the frame that clients take is refused, since half a map would look like a whole one.
/// </remarks>
#pragma warning disable CA1001 // Release, called once by the connection, disposes of it.
internal sealed class DumpGathering : Gathering
#pragma warning restore CA1001
{
    private const int KeysPerPage = 1000;
    private const long PageTag = -1;

    private readonly SlotRange[] _partitions;
    private readonly int _sequenceId;
    private readonly KeyValueDumpReply _reply;
    private readonly PooledBuffer _keys = new();
    private readonly List<(int Start, int Length, ushort Slot)> _runs = [];
    private int _partition;
    private int _slot;
    private byte[]? _failure;

    /// <summary>A dump that has not begun.</summary>
    /// <param name="partitions">The slots of each partition, ascending.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    public DumpGathering(SlotRange[] partitions, int sequenceId, int maxFrameBytes)
    {
        _partitions = partitions;
        _sequenceId = sequenceId;
        _reply = new KeyValueDumpReply(maxFrameBytes);
    }

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        if (_failure is null)
        {
            _reply.Write(output, _sequenceId);
        }
        else
        {
            ThriftException.Write(output, "dump"u8, _sequenceId, ThriftExceptionType.InternalError, _failure);
        }
    }

    /// <inheritdoc />
    public override void Release()
    {
        _reply.Dispose();
        _keys.Release();
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_failure is not null || (_runs.Count == 0 && _partition == _partitions.Length))
        {
            return false;
        }

        if (_runs.Count == 0)
        {
            _keys.Clear(int.MaxValue);
            Execute(router, new Command { Kind = CommandKind.Scan, Slot = (ushort)_slot, Number = _slot, Limit = KeysPerPage }, PageTag);
            return true;
        }

        // The keys stay where they are until the next page, which is asked for only in a later round.
        var runs = _runs.ToArray();
        _runs.Clear();
        for (var i = 0; i < runs.Length; i++)
        {
            var (start, length, slot) = runs[i];
            Execute(router, new Command { Kind = CommandKind.GetMany, Slot = slot, Items = _keys.Written.Slice(start, length) }, Tag(start, length));
        }

        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error)
        {
            _failure ??= ThriftResults.TextOf(reader.Error, reader.Value);
        }
        else if (tag == PageTag)
        {
            TakePage(ref reader);
        }
        else
        {
            TakeValues(tag, ref reader);
        }
    }

    private static long Tag(int start, int length) => ((long)start << 32) | (uint)length;

    private void TakePage(ref ResultReader reader)
    {
        if (reader.Kind != ResultKind.Page || reader.NextSlot <= _slot)
        {
            _failure = ThriftResults.TextOf(ErrorCode.BadRequest, "a page of keys is malformed"u8);
            return;
        }

        // Pages list whole slots in order, so the keys of a slot are neighbours.
        for (var i = 0; i < reader.Count; i++)
        {
            if (reader.ReadItem(out var key))
            {
                AddKey(key);
            }
        }

        _slot = Math.Min(reader.NextSlot, _partitions[_partition].Last.Value + 1);
        if (_slot > _partitions[_partition].Last.Value)
        {
            _partition++;
        }
    }

    private void AddKey(ReadOnlySpan<byte> key)
    {
        var slot = HashSlot.Of(key).Value;
        var start = _keys.Length;
        PackedList.Add(_keys, key);
        var length = _keys.Length - start;
        if (_runs.Count > 0 && _runs[^1].Slot == slot)
        {
            _runs[^1] = _runs[^1] with { Length = _runs[^1].Length + length };
        }
        else
        {
            _runs.Add((start, length, slot));
        }
    }

    private void TakeValues(long tag, ref ResultReader reader)
    {
        var keys = new PackedList(_keys.Written.Slice((int)(tag >> 32), (int)(tag & int.MaxValue)));
        for (var i = 0; i < reader.Count && _failure is null && keys.MoveNext(); i++)
        {
            // A key that was deleted meanwhile is left out.
            if (reader.ReadItem(out var value) && !_reply.TryAdd(keys.Current, value))
            {
                _failure = "dump is refused: the keys and values do not fit one frame."u8.ToArray();
            }
        }
    }
}
