using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Data;

/// <summary>Commands, results, write bodies and lists as bytes.</summary>
public class CodecTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Fact]
    public void A_command_comes_back_as_it_was() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        var bytes = AnyCommand(new Prng((ulong)seed));
        var reader = new ByteReader(bytes);
        var command = CommandCodec.Read(ref reader);
        return reader.IsAtEnd && Encode(command).AsSpan().SequenceEqual(bytes);
    }));

    [Fact]
    public void The_bytes_of_a_command_are_pinned()
    {
        var command = new Command
        {
            Kind = CommandKind.Put,
            Flags = CommandFlags.IfVersion | CommandFlags.ReturnOld,
            Table = 2,
            Slot = 0x0304,
            Key = "k"u8,
            Value = "vw"u8,
            Items = "i"u8,
            Number = -2,
            Limit = 300,
            Deadline = 5,
            Version = new Lsn(new Epoch(6), 7),
        };
        Assert.Equal("1014000200" + "0403" + "FEFFFFFFFFFFFFFF" + "AC02" + "05" + "0607" + "016B" + "027677" + "0169", Convert.ToHexString(Encode(command)));
    }

    [Fact]
    public void Kinds_and_what_they_name_by_number_never_change()
    {
        Assert.Equal(
            "Get=1 GetMany=2 Exists=3 Length=4 ExpiryTime=5 Scan=6 Count=7 Look=8 LookRange=9 Put=16 PutMany=17 Delete=18 TakeOut=19 Increment=20 IncrementFloat=21 "
            + "Append=22 Expire=23 Clear=24 PutRange=25 EditBits=26 CombineBits=27 Move=28 Copy=29 PutEach=30 Transact=40 "
            + "Prepare=41 Decide=42 Finish=43 Forget=44 DropTable=45 Begin=60 Continue=61 Commit=62 Rollback=63 PrepareToCommit=64",
            string.Join(' ', Enum.GetValues<CommandKind>().Select(kind => $"{kind}={(int)kind}")));
        Assert.Equal("And=1 Or=2 Xor=3 Not=4", string.Join(' ', Enum.GetValues<BitOperator>().Select(value => $"{value}={(int)value}")));
        Assert.Equal("Get=1 Set=2 Add=3", string.Join(' ', Enum.GetValues<BitFieldAction>().Select(value => $"{value}={(int)value}")));
        Assert.Equal("Wrap=1 Saturate=2 Fail=3", string.Join(' ', Enum.GetValues<BitFieldOverflow>().Select(value => $"{value}={(int)value}")));
    }

    [Fact]
    public void An_operation_on_bits_comes_back_as_it_was() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        var operation = AnyOperation(new Prng((ulong)seed));
        var writer = new ArrayBufferWriter<byte>();
        operation.WriteTo(writer);
        var reader = new ByteReader(writer.WrittenSpan);
        return BitFieldOperation.Read(ref reader) == operation && reader.IsAtEnd;
    }));

    [Fact]
    public void The_bytes_of_an_operation_on_bits_are_pinned()
    {
        var writer = new ArrayBufferWriter<byte>();
        new BitFieldOperation(BitFieldAction.Add, BitFieldOverflow.Saturate, IsSigned: true, 8, 300, -2).WriteTo(writer);
        Assert.Equal("030288" + "AC02" + "FEFFFFFFFFFFFFFF", Convert.ToHexString(writer.WrittenSpan));
    }

    [Fact]
    public void Damaged_operations_on_bits_are_refused_without_an_exception() => Fuzz.Run(
        10_000,
        prng =>
        {
            var writer = new ArrayBufferWriter<byte>();
            AnyOperation(prng).WriteTo(writer);
            return writer.WrittenSpan.ToArray();
        },
        bytes =>
        {
            var reader = new ByteReader(bytes);
            var operation = BitFieldOperation.Read(ref reader);
            Assert.True(!reader.IsValid || operation.LastBit >= operation.Offset);
        });

    [Fact]
    public void A_command_of_unknown_kind_is_refused()
    {
        var bytes = AnyCommand(new Prng(1));
        bytes[0] = 99;
        var reader = new ByteReader(bytes);
        CommandCodec.Read(ref reader);
        Assert.False(reader.IsValid);
    }

    [Fact]
    public void Damaged_commands_are_refused_without_an_exception() => Fuzz.Run(10_000, AnyCommand, bytes =>
    {
        var reader = new ByteReader(bytes);
        CommandCodec.Read(ref reader);
    });

    [Fact]
    public void A_write_body_comes_back_as_it_was() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        var bytes = AnyBody(new Prng((ulong)seed));
        var writer = new ArrayBufferWriter<byte>();
        var reader = new WriteBodyReader(bytes);
        WriteBody.WriteStart(writer, reader.Request, reader.Result);
        while (reader.MoveNext())
        {
            WriteBody.WriteMutation(writer, reader.Current);
        }

        return reader.IsValid && writer.WrittenSpan.SequenceEqual(bytes);
    }));

    [Fact]
    public void The_bytes_of_a_write_body_are_pinned()
    {
        var writer = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(writer, new RequestId(0x0102, 3, 10, 4), "r"u8);
        WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.Put, Key = "k"u8, Value = "v"u8, Expiry = 200 });
        WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.Delete, Key = "d"u8 });
        WriteBody.WriteMutation(writer, new Mutation { Kind = MutationKind.DeletePrefix, Key = "p"u8 });
        Assert.Equal("0201000000000000" + "030A06" + "0172" + "01016BC8010176" + "020164" + "030170", Convert.ToHexString(writer.WrittenSpan));
        writer.ResetWrittenCount();
        WriteBody.WriteStart(writer, RequestId.None, "not kept"u8);
        Assert.Equal("0000000000000000", Convert.ToHexString(writer.WrittenSpan));
    }

    [Theory]
    [InlineData("0100000000000000" + "01" + "05" + "00" + "00")]
    [InlineData("0100000000000000" + "01" + "05" + "06" + "00")]
    [InlineData("0000000000000000" + "04" + "016B")]
    [InlineData("0000000000000000" + "01" + "016B" + "FFFFFFFFFFFFFFFFFF01" + "00")]
    public void A_body_against_the_rules_is_malformed(string bytes)
    {
        var reader = new WriteBodyReader(Convert.FromHexString(bytes));
        while (reader.MoveNext())
        {
            // To the end.
        }

        Assert.False(reader.IsValid);
    }

    [Fact]
    public void Damaged_write_bodies_are_refused_without_an_exception() => Fuzz.Run(10_000, AnyBody, bytes =>
    {
        var reader = new WriteBodyReader(bytes);
        while (reader.MoveNext())
        {
            _ = reader.Current.Key.Length;
        }
    });

    [Fact]
    public void Results_of_every_kind_come_back_as_they_were()
    {
        Assert.Equal("ok", ResultText.Of([1]));
        Assert.Equal("nil", ResultText.Of([2]));
        Assert.Equal("int -5", Print(writer => ResultWriter.WriteInteger(writer, -5)));
        Assert.Equal("value 'v' 3.9", Print(writer => ResultWriter.WriteValue(writer, "v"u8, new Lsn(new Epoch(3), 9))));
        Assert.Equal("value '' 0.0", Print(writer => ResultWriter.WriteValue(writer, [], Lsn.Zero)));
        Assert.Equal("error Busy 'wait'", Print(writer => ResultWriter.WriteError(writer, ErrorCode.Busy, "wait"u8)));
        Assert.Equal("list [a nil ]", Print(writer =>
        {
            ResultWriter.WriteListStart(writer, 3);
            ResultWriter.WriteItem(writer, "a"u8);
            ResultWriter.WriteNilItem(writer);
            ResultWriter.WriteItem(writer, []);
        }));
        Assert.Equal("page 16384 [k]", Print(writer =>
        {
            ResultWriter.WritePageStart(writer, 16_384, 1);
            ResultWriter.WriteItem(writer, "k"u8);
        }));
    }

    [Fact]
    public void Damaged_results_are_refused_without_an_exception() => Fuzz.Run(10_000, AnyResult, bytes =>
    {
        var reader = new ResultReader(bytes);
        for (var item = 0; item < reader.Count; item++)
        {
            reader.ReadItem(out _);
        }
    });

    [Fact]
    public void A_packed_list_gives_its_strings_in_order() => Check.One(Thorough, Prop.ForAll(Seeds, seed =>
    {
        var prng = new Prng((ulong)seed);
        var items = Enumerable.Range(0, prng.Next(6)).Select(_ => Fuzz.Bytes(prng, 200)).ToList();
        var writer = new ArrayBufferWriter<byte>();
        items.ForEach(item => PackedList.Add(writer, item));
        var back = new List<byte[]>();
        foreach (var item in new PackedList(writer.WrittenSpan))
        {
            back.Add(item.ToArray());
        }

        return items.Select(Convert.ToHexString).SequenceEqual(back.Select(Convert.ToHexString));
    }));

    [Fact]
    public void A_packed_list_that_is_cut_short_ends_invalid()
    {
        var list = new PackedList([3, 1, 2]);
        Assert.False(list.MoveNext());
        Assert.False(list.IsValid);
    }

    [Fact]
    public void A_stored_key_tells_slot_table_and_key_and_sorts_by_them()
    {
        var buffer = new byte[16];
        var length = StoredKey.Write(buffer, 0x0102, 0x0304, "key"u8);
        var stored = buffer.AsSpan(0, length);
        Assert.Equal("01020304" + "6B6579", Convert.ToHexString(stored));
        Assert.Equal(0x0102, StoredKey.Slot(stored));
        Assert.Equal(0x0304, StoredKey.Table(stored));
        Assert.Equal("key"u8, StoredKey.Key(stored));
    }

    private static byte[] AnyCommand(Prng prng)
    {
        var kinds = Enum.GetValues<CommandKind>();
        return Encode(new Command
        {
            Kind = kinds[prng.Next(kinds.Length)],
            Flags = (CommandFlags)prng.Next(512),
            Table = (ushort)prng.Next(65_536),
            Slot = (ushort)prng.Next(16_384),
            Key = Fuzz.Bytes(prng, 40),
            Value = Fuzz.Bytes(prng, 300),
            Items = Fuzz.Bytes(prng, 40),
            Number = (long)Fuzz.Number(prng),
            Limit = prng.Next(int.MaxValue),
            Deadline = (long)(Fuzz.Number(prng) >> 1),
            Version = new Lsn(new Epoch(Fuzz.Number(prng)), Fuzz.Number(prng)),
        });
    }

    private static BitFieldOperation AnyOperation(Prng prng)
    {
        var isSigned = prng.Chance(0.5);
        return new BitFieldOperation(
            (BitFieldAction)(prng.Next(3) + 1),
            (BitFieldOverflow)(prng.Next(3) + 1),
            isSigned,
            prng.Next(isSigned ? 64 : 63) + 1,
            (long)(Fuzz.Number(prng) >> 2),
            (long)Fuzz.Number(prng));
    }

    private static byte[] AnyBody(Prng prng)
    {
        var writer = new ArrayBufferWriter<byte>();
        var sequence = Math.Max(1, Fuzz.Number(prng));
        var request = prng.Chance(0.3) ? RequestId.None : new RequestId((ulong)prng.Next(9) + 1, Fuzz.Number(prng), sequence, sequence / 2);
        WriteBody.WriteStart(writer, request, Fuzz.Bytes(prng, 20));
        for (var count = prng.Next(4); count > 0; count--)
        {
            var kind = (MutationKind)(prng.Next(3) + 1);
            WriteBody.WriteMutation(writer, new Mutation { Kind = kind, Key = Fuzz.Bytes(prng, 20), Value = Fuzz.Bytes(prng, 200), Expiry = (long)(Fuzz.Number(prng) >> 1) });
        }

        return writer.WrittenSpan.ToArray();
    }

    private static byte[] AnyResult(Prng prng)
    {
        var writer = new ArrayBufferWriter<byte>();
        switch (prng.Next(4))
        {
            case 0: ResultWriter.WriteValue(writer, Fuzz.Bytes(prng, 30), new Lsn(new Epoch(Fuzz.Number(prng)), 1)); break;
            case 1: ResultWriter.WriteError(writer, ErrorCode.Overflow, Fuzz.Bytes(prng, 30)); break;
            case 2: ResultWriter.WriteInteger(writer, (long)Fuzz.Number(prng)); break;
            default:
                ResultWriter.WriteListStart(writer, 2);
                ResultWriter.WriteItem(writer, Fuzz.Bytes(prng, 30));
                ResultWriter.WriteNilItem(writer);
                break;
        }

        return writer.WrittenSpan.ToArray();
    }

    private static string Print(Action<ArrayBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return ResultText.Of(writer.WrittenSpan);
    }

    private static byte[] Encode(in Command command)
    {
        var writer = new ArrayBufferWriter<byte>();
        CommandCodec.Write(writer, command);
        return writer.WrittenSpan.ToArray();
    }
}
