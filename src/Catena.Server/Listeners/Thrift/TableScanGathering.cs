using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>One page of a scan of a whole table, in no order that clients may rely on.</summary>
/// <remarks>
/// Keys come slot by slot, in each in the order of their bytes. A page's keys are counted first, to know how many slots make it, and then read, in one range of one partition; so a page is of one moment, and the whole
/// is not. The cursor is the slot (u16, big-endian), and the key to go on from where that is in the middle of it.
/// </remarks>
internal sealed class TableScanGathering : NamedGathering
{
    /// <summary>How many partitions without any key a page may pass over before it ends.</summary>
    private const int MostEmpty = 64;

    private readonly SlotRange[] _partitions;
    private readonly int _limit;
    private readonly int _maxFrameBytes;
    private readonly byte[] _start;
    private CatenaScanReply _page;
    private byte[] _cursor;
    private int _end;
    private int _empty;
    private bool _isOver;
    private bool _isTooLong;

    /// <summary>A page that is not begun.</summary>
    /// <param name="tables">Knows the numbers of tables.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="partitions">The slots of each partition, ascending.</param>
    /// <param name="cursor">Where to begin: what an earlier page ended with (<see cref="IsCursor" />).</param>
    /// <param name="limit">How many entries there may be.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    internal TableScanGathering(TableCatalogue tables, byte[] name, SlotRange[] partitions, ReadOnlySpan<byte> cursor, int limit, int sequenceId, int maxFrameBytes)
        : base(tables, name, CatenaMethod.TableScan, sequenceId)
    {
        _partitions = partitions;
        _start = _cursor = cursor.IsEmpty ? [0, 0] : cursor.ToArray();
        _limit = limit;
        _maxFrameBytes = maxFrameBytes;
        _page = NewPage();
    }

    private int Slot => BinaryPrimitives.ReadUInt16BigEndian(_cursor);

    /// <summary>Whether a client may have got this from an earlier page, as far as that can be told: where it is in the middle of a slot, the key, or the one before it, is of that slot.</summary>
    internal static bool IsCursor(ReadOnlySpan<byte> cursor)
    {
        if (cursor.IsEmpty)
        {
            return true;
        }

        if (cursor.Length is < sizeof(ushort) or > sizeof(ushort) + StoredKey.MaxKeyLength + 1 || BinaryPrimitives.ReadUInt16BigEndian(cursor) is var slot && slot >= HashSlot.Count)
        {
            return false;
        }

        // A page that is full ends behind its last key, which is that key and a zero.
        var key = cursor[sizeof(ushort)..];
        return key.IsEmpty || HashSlot.Of(key).Value == slot || (key.Length > 1 && key[^1] == 0 && HashSlot.Of(key[..^1]).Value == slot);
    }

    /// <inheritdoc />
    protected override void WriteResult(IBufferWriter<byte> output)
    {
        if (_isTooLong)
        {
            CatenaService.WriteException(output, CatenaMethod.TableScan, SequenceId, CatenaException.InvalidRequest, "the first value is longer than a frame may be"u8);
        }
        else
        {
            _page.Write(output, SequenceId, Slot < HashSlot.Count ? _cursor : default);
        }
    }

    /// <inheritdoc />
    protected override void Restart()
    {
        _cursor = _start;
        (_end, _empty, _isOver, _isTooLong) = (0, 0, false, false);
        _page = NewPage();
    }

    /// <inheritdoc />
    protected override bool StartCommands(ICommandRouter router)
    {
        if (_isOver || Slot >= HashSlot.Count)
        {
            return false;
        }

        if (_end == 0 && _cursor.Length == sizeof(ushort))
        {
            Execute(router, new Command { Kind = CommandKind.Scan, Table = Table, Slot = (ushort)Slot, Number = Slot, Limit = _limit }, 0);
            return true;
        }

        var from = StoredKey.Of((ushort)Slot, Table, _cursor.AsSpan(sizeof(ushort)));
        var to = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)Math.Max(_end, Slot + 1));
        Execute(router, new Command { Kind = CommandKind.LookRange, Table = Table, Slot = (ushort)Slot, Limit = _limit, Items = new KeyRange(from, to, Table).ToItems() }, 0);
        return true;
    }

    /// <inheritdoc />
    protected override void TakeResult(ResultReader reader)
    {
        switch (reader.Kind)
        {
            case ResultKind.Page when reader.NextSlot > Slot:
                TakeKeys(reader);
                break;
            case ResultKind.Range:
                TakeRange(reader);
                break;
            default:
                Fail(ErrorCode.BadRequest, "a page of keys is malformed"u8);
                break;
        }
    }

    private CatenaScanReply NewPage() => new(CatenaMethod.TableScan, sizeof(ushort) + StoredKey.MaxKeyLength + 1, _maxFrameBytes);

    private void TakeKeys(ResultReader reader)
    {
        var next = Math.Min(reader.NextSlot, Array.Find(_partitions, slots => slots.Contains(new HashSlot((ushort)Slot))).Last.Value + 1);
        if (reader.Count > 0)
        {
            _end = next;
        }
        else
        {
            GoOnAt(next);
            _isOver = ++_empty == MostEmpty;
        }
    }

    private void TakeRange(ResultReader reader)
    {
        _isOver = reader.Count > 0;
        var left = ScanPages.Add(_page, ref reader, tellsVersions: true);
        if (left.IsEmpty)
        {
            left = reader.Value;
        }

        _isTooLong = _isOver && _page.Count == 0;
        if (left.IsEmpty)
        {
            GoOnAt(Math.Max(_end, Slot + 1));
        }
        else
        {
            _cursor = new byte[left.Length - StoredKey.PrefixLength + sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(_cursor, StoredKey.Slot(left));
            StoredKey.Key(left).CopyTo(_cursor.AsSpan(sizeof(ushort)));
        }

        _end = 0;
    }

    private void GoOnAt(int slot)
    {
        _cursor = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(_cursor, (ushort)slot);
    }
}
