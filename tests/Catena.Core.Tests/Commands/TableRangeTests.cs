using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Core.Tests.Commands;

/// <summary>Ranges over several slots of a table beside which another one has far more keys.</summary>
public sealed class TableRangeTests : IKeyReader
{
    private const int Others = 120_000;

    Lsn IKeyReader.Position => Lsn.Zero;

    [Fact]
    public void Keys_of_other_tables_are_not_gone_through_and_lead_no_cursor_astray()
    {
        var decider = new CommandDecider(new SlotRange(new HashSlot(0), new HashSlot(100)), 1000);
        var range = new KeyRange([0, 4], [0, 6], 5);
        decider.Decide(new Command { Kind = CommandKind.LookRange, Table = 5, Slot = 4, Limit = 10, Items = range.ToItems() }, this, 0);
        var reader = new ResultReader(decider.Result);
        Assert.Equal((ResultKind.Range, 2, 0), (reader.Kind, reader.Count, reader.Value.Length));
        Assert.Equal([0, 4, 0, 5, (byte)'a'], reader.ReadKey(out _, out _, out _).ToArray());
        Assert.Equal([0, 5, 0, 5, (byte)'b'], reader.ReadKey(out _, out _, out _).ToArray());
    }

    Lsn IKeyReader.LastDeletion(ushort first, ushort last) => Lsn.Zero;

    bool IKeyReader.TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry) =>
        throw new NotSupportedException("ranges are scanned");

    bool IKeyReader.TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        // No table is dropped.
        (version, expiry) = (default, 0);
        return false;
    }

    void IKeyReader.Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        for (ushort slot = 4; slot <= 5; slot++)
        {
            for (var other = 0; other < Others; other++)
            {
                byte[] key = [0, (byte)slot, 0, 3, (byte)(other >> 16), (byte)(other >> 8), (byte)other];
                if (ByteKeyComparer.IsBetween(key, from, to) && !visitor.Visit(key, default, new Lsn(new Epoch(1), 1), 0))
                {
                    return;
                }
            }

            byte[] ours = [0, (byte)slot, 0, 5, (byte)('a' + slot - 4)];
            if (ByteKeyComparer.IsBetween(ours, from, to) && !visitor.Visit(ours, "v"u8, new Lsn(new Epoch(1), 1), 0))
            {
                return;
            }
        }
    }
}
