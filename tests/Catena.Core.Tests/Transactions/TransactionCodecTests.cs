using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Tests.Support;
using Catena.Core.Transactions;

namespace Catena.Core.Tests.Transactions;

/// <summary>What transactions look like in bytes, which is kept in logs.</summary>
public sealed class TransactionCodecTests
{
    private static readonly TransactionId Id = new(0x0102030405060708, new NodeId(0x11), 0x22, 0x33);

    [Fact]
    public void The_numbers_of_verdicts_and_flags_never_change()
    {
        Assert.Equal("None=0 Prepared=1 Conflict=2 Committed=3 Aborted=4", string.Join(' ', Enum.GetValues<TransactionVerdict>().Select(value => $"{value}={(int)value}")));
        Assert.Equal("None=0 External=1 Locks=2 UsesPrepared=4 Alone=8 Forced=16", string.Join(' ', Enum.GetValues<PartFlags>().Select(value => $"{value}={(int)value}")));
        Assert.Equal("None=0 AllOrNothing=1", string.Join(' ', Enum.GetValues<ProgramFlags>().Select(value => $"{value}={(int)value}")));
    }

    [Fact]
    public void The_bytes_of_keys_parts_and_decisions_are_pinned()
    {
        var key = new byte[TransactionKeys.Length];
        TransactionKeys.WritePrepared(key, new SlotRange(new HashSlot(0x0100), new HashSlot(0x01ff)), Id);
        const string Number = "0102030405060708" + "0000000000000011" + "0000000000000022" + "0000000000000033";
        Assert.Equal("0100" + "FFFF" + "70" + Number, Convert.ToHexString(key));
        Assert.True(TransactionKeys.IsPrepared(key, out var id) && id == Id && !TransactionKeys.IsDecision(key, out _));
        var part = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(part, Id, PartFlags.External, new PartitionId(5), [new PartitionId(6), new PartitionId(7)], 1);
        TransactionPart.WriteRead(part, "key"u8, new Lsn(new Epoch(1), 2));
        TransactionPart.WriteRangesStart(part, 1);
        TransactionPart.WriteRange(part, new KeyRange("a"u8.ToArray(), "c"u8.ToArray(), 0x0304), 2);
        WriteBody.WriteMutation(part, new Mutation { Kind = MutationKind.Delete, Key = "gone"u8 });
        Assert.Equal(Number + "01" + "0500" + "02" + "0600" + "0700" + "01" + "036B6579" + "0102" + "01" + "0161" + "0163" + "0403" + "02" + "02" + "04676F6E65", Convert.ToHexString(part.WrittenSpan));
        var decision = new ArrayBufferWriter<byte>();
        new TransactionDecision(TransactionVerdict.Aborted, [new PartitionId(6)]).Write(decision);
        Assert.Equal("04" + "0600", Convert.ToHexString(decision.WrittenSpan));
        new TransactionDecision(TransactionVerdict.Committed, [], IsExternal: true).Write(decision);
        Assert.Equal("04" + "0600" + "83", Convert.ToHexString(decision.WrittenSpan));
        Assert.Equal((TransactionVerdict.Committed, true), (TransactionDecision.Read([0x83]).Verdict, TransactionDecision.Read([0x83]).IsExternal));
        Assert.Equal(new PartitionId(6), TransactionDecision.Read(decision.WrittenSpan[..3]).Others.Single());
    }

    [Fact]
    public void The_order_of_ids_is_that_of_their_bytes() => Fuzz.Run(2_000, prng => Fuzz.Bytes(prng, 64), bytes =>
    {
        var padded = bytes.Concat(new byte[64]).ToArray();
        var (left, right) = (TransactionId.Read(padded), TransactionId.Read(padded.AsSpan(32)));
        var again = new byte[TransactionId.Length];
        left.Write(again);
        Assert.Equal(padded[..32], again);
        Assert.Equal(Math.Sign(padded.AsSpan(0, 32).SequenceCompareTo(padded.AsSpan(32, 32))), Math.Sign(left.CompareTo(right)));
    });

    [Fact]
    public void Damaged_parts_and_programs_are_refused_without_an_exception()
    {
        Fuzz.Run(10_000, AnyPart, bytes =>
        {
            if (TransactionPart.TryRead(bytes, out var part))
            {
                PreparedTransaction.Read(bytes);
                Assert.False(part.Id.IsNone);
            }
        });
        Fuzz.Run(10_000, AnyProgram, bytes =>
        {
            if (TransactionProgram.TryRead(bytes, out var program))
            {
                for (var commands = program.Commands; commands.MoveNext();)
                {
                    _ = commands.Current.Kind;
                }
            }
        });
    }

    private static byte[] AnyPart(Prng prng)
    {
        var writer = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(writer, Id, (PartFlags)prng.Next(8), new PartitionId((ushort)prng.Next(9)), [.. Enumerable.Range(0, prng.Next(3)).Select(other => new PartitionId((ushort)other))], 1);
        TransactionPart.WriteRead(writer, Fuzz.Bytes(prng, 10), new Lsn(new Epoch(Fuzz.Number(prng)), Fuzz.Number(prng)));
        TransactionPart.WriteRangesStart(writer, 1);
        TransactionPart.WriteRange(writer, new KeyRange(Fuzz.Bytes(prng, 9), Fuzz.Bytes(prng, 9), (ushort)prng.Next(9)), prng.Next(9));
        WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.Put, Key = Fuzz.Bytes(prng, 9), Value = Fuzz.Bytes(prng, 9), Expiry = prng.Next(100) });
        return writer.WrittenSpan.ToArray();
    }

    private static byte[] AnyProgram(Prng prng)
    {
        var builder = new ProgramBuilder((ProgramFlags)prng.Next(2));
        for (var count = prng.Next(4); count > 0; count--)
        {
            builder = prng.Chance(0.5) ? builder.Get($"k{prng.Next(9)}") : builder.Watch($"k{prng.Next(9)}", new Lsn(new Epoch(1), (ulong)prng.Next(9)));
        }

        return builder.Build();
    }
}
