using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Table;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Table;

/// <summary>The answer to getkeys or gettable: every key, with its value or without, in one reply.</summary>
/// <remarks>
/// It is no snapshot: a key that is put or deleted meanwhile is there or not. What does not fit a reply is refused, since half a
/// table would look like a whole one; so pages are small, and the first key without room is the last that is looked at.
/// </remarks>
#pragma warning disable CA1001 // Release, called once by the connection, disposes of it.
internal sealed class ListGathering : Gathering
#pragma warning restore CA1001
{
    /// <summary>How many keys are asked for at a time: some rounds of them fill a reply.</summary>
    private const int KeysPerPage = 64;

    private const int PartitionsPerRound = 16;

    /// <summary>Values may be long, and a page of them with it (4 MiB at most), before it is known that they do not fit.</summary>
    private const int PartitionsPerRoundWithValues = 4;

    private readonly SlotRange[] _partitions;
    private readonly bool _withValues;
    private readonly TableListReply _reply;
    private readonly PooledBuffer _bounds = new();

    /// <summary>Where each partition that was begun and not ended goes on.</summary>
    private readonly Dictionary<int, byte[]> _open = [];
    private int _next;
    private bool _hasFailed;

    /// <summary>A list that has not begun.</summary>
    /// <param name="partitions">The slots of each partition.</param>
    /// <param name="withValues">Whether values are told.</param>
    public ListGathering(SlotRange[] partitions, bool withValues)
    {
        _partitions = partitions;
        _withValues = withValues;
        _reply = new TableListReply(withValues);
    }

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        if (_hasFailed)
        {
            TableService.WriteError(output);
        }
        else
        {
            _reply.Write(output);
        }
    }

    /// <inheritdoc />
    public override void Release()
    {
        _reply.Dispose();
        _bounds.Release();
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        var width = _withValues ? PartitionsPerRoundWithValues : PartitionsPerRound;
        while (_open.Count < width && _next < _partitions.Length)
        {
            var first = new byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(first, _partitions[_next].First.Value);
            _open.Add(_next++, first);
        }

        if (_hasFailed || _open.Count == 0)
        {
            return false;
        }

        // Results come while commands are still being given out, and change what is open.
        foreach (var (partition, from) in _open.ToArray())
        {
            Ask(router, partition, from);
        }

        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (_hasFailed || reader.Kind != ResultKind.Range)
        {
            _hasFailed = true;
            return;
        }

        if (reader.Value.IsEmpty)
        {
            _open.Remove((int)tag);
        }
        else
        {
            _open[(int)tag] = reader.Value.ToArray();
        }

        for (var i = 0; i < reader.Count && !_hasFailed; i++)
        {
            var storedKey = reader.ReadKey(out _, out _, out var value);
            _hasFailed = !reader.IsValid || !_reply.TryAdd(StoredKey.Key(storedKey), value);
        }
    }

    private void Ask(ICommandRouter router, int partition, ReadOnlySpan<byte> from)
    {
        Span<byte> end = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(end, (ushort)(_partitions[partition].Last.Value + 1));
        _bounds.Clear(int.MaxValue);
        PackedList.Add(_bounds, from);
        PackedList.Add(_bounds, end);
        var command = new Command
        {
            Kind = CommandKind.LookRange,
            Flags = _withValues ? CommandFlags.None : CommandFlags.WithoutValues,
            Slot = _partitions[partition].First.Value,
            Limit = KeysPerPage,
            Items = _bounds.Written,
        };
        Execute(router, command, partition);
    }
}
