using Catena.Protocols.Table;
using Catena.Protocols.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using CType = message_t.Types.c_type_t;
using Op = message_t.Types.opcode_t;

namespace Catena.Protocols.Tests.Table;

/// <summary>The codec beside the one that Google's compiler makes of the same file.</summary>
public sealed class TableServiceTests
{
    private const string Put = "080a100a1a060a016b120176";
    private const string Get = "0814101422016b";

    [Theory]
    [InlineData(Put, TableOpcode.Put, "k", "v")]
    [InlineData(Get, TableOpcode.Get, "k", "")]
    [InlineData("081e101422016b", TableOpcode.Delete, "k", "")]
    [InlineData("08281046", TableOpcode.Size, "", "")]
    [InlineData("08321046", TableOpcode.GetKeys, "", "")]
    [InlineData("083c1046", TableOpcode.GetTable, "", "")]
    [InlineData("08461046", TableOpcode.Stats, "", "")]
    public void Requests_are_read(string hex, TableOpcode opcode, string key, string value) =>
        Assert.Equal($"{opcode} {key} {value}", Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("22016b10140814", "Get k ")] // fields in another order
    [InlineData("0814101422016a22016b", "Get k ")] // the last of several counts
    [InlineData("081e1014081422016b", "Get k ")]
    [InlineData("080a100a1a030a016b1a03120176", "Put k v")] // parts of one message are merged
    [InlineData("080a100a1a030a016a1a060a016b120176", "Put k v")]
    [InlineData("080a100a1a030a016b", "Put k ")] // no value is an empty one
    [InlineData("080a100a1a00", "Put  ")]
    [InlineData("0814101422016b3208ffffffffffffffff", "Get k ")] // a known field, laid out as no field of that number is
    [InlineData("0814101422016b22017a080a0801080114", null)] // the opcode is not one of a request in the end
    [InlineData("0814101422016b580161010203040506070862026162" + "6d01020304", "Get k ")] // unknown fields of every type
    [InlineData("0814101422016b5b0801635b5c645c", "Get k ")] // groups in groups
    [InlineData("0814101422016b20012501020304", "Get k ")] // the key's number with other wire types
    [InlineData("08948080808080808080011014" + "22016b", "Get k ")] // more bits than an enumeration has
    public void Rules_of_proto3_hold(string hex, string? expected) => Assert.Equal(expected, Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("0814")] // no content
    [InlineData("0814100a22016b")] // the content of another request
    [InlineData("080a100a")] // no entry
    [InlineData("0815101422016b")] // a reply
    [InlineData("08631046")]
    [InlineData("0814101422026b")] // cut short
    [InlineData("081410142280")]
    [InlineData("081410142280808080808080808080016b")] // no end of an integer
    [InlineData("0814101422ffffffff0f6b")] // more than there is
    [InlineData("0814101422016b00")] // field 0
    [InlineData("0814101422016b5e")] // wire types 6 and 7
    [InlineData("0814101422016b5f")]
    [InlineData("0814101422016b5c")] // the end of a group that did not begin
    [InlineData("0814101422016b5b64")] // of another group
    [InlineData("0814101422016b5b")] // that does not end
    [InlineData("080a100a1a030a026b")] // an entry that is cut short
    [InlineData("080a100a1a01ff")]
    public void What_is_no_request_is_told_apart(string hex) => Assert.Null(Read(Convert.FromHexString(hex)));

    [Fact]
    public void Groups_nest_only_so_deep()
    {
        string Nested(int depth) => Get + string.Concat(Enumerable.Repeat("5b", depth)) + string.Concat(Enumerable.Repeat("5c", depth));

        Assert.NotNull(Read(Convert.FromHexString(Nested(ProtobufReader.MaxDepth))));
        Assert.Null(Read(Convert.FromHexString(Nested(ProtobufReader.MaxDepth + 1))));
    }

    [Fact]
    public void Replies_have_the_bytes_that_clients_expect()
    {
        Assert.Equal("000408631046", Bytes.Hex(TableService.WriteError));
        Assert.Equal("0004080b1046", Bytes.Hex(output => TableService.WriteDone(output, TableOpcode.Put)));
        Assert.Equal("0004081f1046", Bytes.Hex(output => TableService.WriteDone(output, TableOpcode.Delete)));
        Assert.Equal("00070815101e2a0176", Bytes.Hex(output => Assert.True(TableService.TryWriteValue(output, "v"u8))));
        Assert.Equal("00040815101e", Bytes.Hex(output => Assert.True(TableService.TryWriteValue(output, default))));
        Assert.Equal("000608291028" + "3006", Bytes.Hex(output => TableService.WriteSize(output, 3)));
        Assert.Equal("000408291028", Bytes.Hex(output => TableService.WriteSize(output, 0)));
        Assert.Equal("000408331032", Bytes.Hex(output => WriteList(output, withValues: false)));
        Assert.Equal("0009083310323a016b3a00", Bytes.Hex(output => WriteList(output, withValues: false, ("k", "v"), ("", ""))));
        Assert.Equal("000c083d103c42060a016b120176", Bytes.Hex(output => WriteList(output, withValues: true, ("k", "v"))));
        Assert.Equal("000c084710504a06080610021814", Bytes.Hex(output => TableService.WriteStats(output, TableStatsDialect.Default, new TableStats(3, 1, 10))));
    }

    [Fact]
    public void What_Googles_code_writes_is_read() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), (text, value, number) =>
        {
            var (key, bytes) = (Valid(text.Get), ByteString.CopyFrom(value ?? []));
            var put = new message_t
            {
                Opcode = Op.OpPut,
                CType = CType.CtEntry,
                Entry = new entry_t { Key = key, Value = bytes },
                Key = "other",
                Result = number,
                Keys = { key },
                Stats = new statistics_t { Time = number },
            };
            var get = new message_t { Opcode = Op.OpGet, CType = CType.CtKey, Key = key, Value = bytes };
            return Read(put.ToByteArray()) == $"Put {Bytes.Text(ByteString.CopyFromUtf8(key).Span)} {Bytes.Text(bytes.Span)}"
                && Read(get.ToByteArray()) == $"Get {Bytes.Text(ByteString.CopyFromUtf8(key).Span)} ";
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_has_the_bytes_of_Googles_code() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(string Key, byte[] Value)[]>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (pairs, number) =>
        {
            var entries = pairs.Select(pair => new entry_t { Key = Valid(pair.Key ?? ""), Value = ByteString.CopyFrom(pair.Value ?? []) }).ToArray();
            var value = entries.Length > 0 ? entries[0].Value : ByteString.Empty;
            var table = new message_t { Opcode = Op.OpGettable + 1, CType = CType.CtTable, Entries = { entries } };
            var keys = new message_t { Opcode = Op.OpGetkeys + 1, CType = CType.CtKeys, Keys = { entries.Select(entry => entry.Key) } };
            var got = new message_t { Opcode = Op.OpGet + 1, CType = CType.CtValue, Value = value };
            var size = new message_t { Opcode = Op.OpSize + 1, CType = CType.CtResult, Result = number.Get };
            return Framed(table) == Bytes.Hex(output => WriteList(output, true, entries))
                && Framed(keys) == Bytes.Hex(output => WriteList(output, false, entries))
                && Framed(got) == Bytes.Hex(output => Assert.True(TableService.TryWriteValue(output, value.Span)))
                && Framed(size) == Bytes.Hex(output => TableService.WriteSize(output, number.Get));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_that_does_not_fit_a_reply_is_not_written()
    {
        const int Longest = TableFrame.MaxReplyBytes - 8;
        Assert.Equal(2 * (2 + TableFrame.MaxReplyBytes), Bytes.Hex(output => Assert.True(TableService.TryWriteValue(output, new byte[Longest]))).Length);
        Assert.Equal("", Bytes.Hex(output => Assert.False(TableService.TryWriteValue(output, new byte[Longest + 1]))));
        Assert.Equal("", Bytes.Hex(output => Assert.False(TableService.TryWriteValue(output, new byte[1 << 20]))));
    }

    [Theory]
    [InlineData(false, 4680)]
    [InlineData(true, 2730)]
    public void A_list_takes_what_fits_a_reply_and_no_more(bool withValues, int most)
    {
        using var list = new TableListReply(withValues);
        var added = 0;
        while (list.TryAdd("k-123"u8, "v"u8))
        {
            added++;
        }

        Assert.Equal(most, added);
        var hex = Bytes.Hex(list.Write);
        var message = message_t.Parser.ParseFrom(Convert.FromHexString(hex[4..]));
        Assert.Equal(most, withValues ? message.Entries.Count : message.Keys.Count);
        Assert.True(hex.Length <= 2 * (2 + TableFrame.MaxReplyBytes));
        Assert.False(list.TryAdd(new byte[65_535], default));

        // Where keys alone are told, a value takes no room.
        using var fresh = new TableListReply(withValues);
        Assert.NotEqual(withValues, fresh.TryAdd("k"u8, new byte[1 << 20]));
    }

    [Fact]
    public void A_message_is_there_once_all_of_it_has_arrived()
    {
        byte[] bytes = [0, 3, 1, 2, 3, 0, 0];
        for (var length = 0; length < 5; length++)
        {
            Assert.False(TableFrame.TryRead(bytes.AsSpan(0, length), out _, out var needed));
            Assert.Equal(length < 2 ? 2 : 5, needed);
        }

        Assert.True(TableFrame.TryRead(bytes, out var message, out var size));
        Assert.Equal([1, 2, 3], message.ToArray());
        Assert.Equal(5, size);
        Assert.True(TableFrame.TryRead(bytes.AsSpan(5), out message, out size));
        Assert.Equal((0, 2), (message.Length, size));
        Assert.False(TableFrame.TryRead([0xff, 0xff], out _, out size));
        Assert.Equal(2 + 65_535, size);
    }

    internal static string? Read(byte[] message) => TableService.TryReadRequest(message, out var request)
        ? $"{request.Opcode} {Bytes.Text(request.Key)} {Bytes.Text(request.Value)}"
        : null;

    private static void WriteList(System.Buffers.IBufferWriter<byte> output, bool withValues, params (string Key, string Value)[] entries) =>
        WriteList(output, withValues, [.. entries.Select(entry => new entry_t { Key = entry.Key, Value = ByteString.CopyFromUtf8(entry.Value) })]);

    private static void WriteList(System.Buffers.IBufferWriter<byte> output, bool withValues, entry_t[] entries)
    {
        using var list = new TableListReply(withValues);
        foreach (var entry in entries)
        {
            Assert.True(list.TryAdd(ByteString.CopyFromUtf8(entry.Key).Span, entry.Value.Span));
        }

        list.Write(output);
    }

    private static string Framed(message_t message)
    {
        var bytes = message.ToByteArray();
        return $"{bytes.Length:x4}{Convert.ToHexStringLower(bytes)}";
    }

    /// <summary>The text without what UTF-8 cannot say, which Google's code refuses.</summary>
    private static string Valid(string text) => string.Concat(text.EnumerateRunes());
}
