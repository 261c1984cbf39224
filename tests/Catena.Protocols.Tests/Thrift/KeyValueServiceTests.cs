using Catena.Protocols.Tests.Support;
using Catena.Protocols.Thrift;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Thrift;

public sealed class KeyValueServiceTests
{
    // The bytes that Apache Thrift's own Python library writes for the same messages, from code generated from idl/catena.thrift.
    private const string GetCall = "0000001c8001000100000003676574000000070b0001000000056b65792d3100";
    private const string PutCall = "000000248001000100000003707574000000070b0001000000056b65792d310b0002000000017600";
    private const string ReplicateCall = "0000002580010001000000097265706c6963617465000000070b0001000000016b0b00020000000000";
    private const string DumpCall = "00000011800100010000000464756d700000000700";
    private const string GetReply = "0000001c8001000200000003676574000000070b00000000000576616c756500";
    private const string GetReplyMissing = "000000178001000200000003676574000000070b00000000000000";
    private const string PutReply = "0000001080010002000000037075740000000700";
    private const string DumpReply = "0000002e800100020000000464756d70000000070d00000b0b00000002000000016100000001310000000262620000000000";
    private const string DumpReplyEmpty = "0000001a800100020000000464756d70000000070d00000b0b0000000000";
    private const string UnknownReply =
        "000000328001000300000003666f6f000000070b000100000014556e6b6e6f776e2066756e6374696f6e20666f6f0800020000000100";

    [Fact]
    public void Calls_have_the_bytes_that_Thrift_writes()
    {
        Assert.Equal(GetCall, Bytes.Hex(output => KeyValueService.WriteGetCall(output, 7, "key-1"u8)));
        Assert.Equal(PutCall, Bytes.Hex(output => KeyValueService.WritePutCall(output, 7, "key-1"u8, "v"u8)));
        Assert.Equal(ReplicateCall, Bytes.Hex(output => KeyValueService.WriteReplicateCall(output, 7, "k"u8, ""u8)));
        Assert.Equal(DumpCall, Bytes.Hex(output => KeyValueService.WriteDumpCall(output, 7)));
    }

    [Fact]
    public void Replies_have_the_bytes_that_Thrift_writes()
    {
        Assert.Equal(GetReply, Bytes.Hex(output => KeyValueService.WriteGetReply(output, 7, "value"u8)));
        Assert.Equal(GetReplyMissing, Bytes.Hex(output => KeyValueService.WriteGetReply(output, 7, default)));
        Assert.Equal(PutReply, Bytes.Hex(output => KeyValueService.WriteVoidReply(output, KeyValueMethod.Put, 7)));
        Assert.Equal(DumpReplyEmpty, Bytes.Hex(output => WriteDump(output)));
        Assert.Equal(DumpReply, Bytes.Hex(output => WriteDump(output, ("a", "1"), ("bb", ""))));
        Assert.Equal(UnknownReply, Bytes.Hex(output =>
        {
            var foo = Frame("000000108001000100000003666f6f0000000700");
            Assert.Equal(KeyValueCallStatus.UnknownMethod, KeyValueService.ReadCall(foo, out var call));
            KeyValueService.WriteUnknownMethod(output, call);
        }));
    }

    [Theory]
    [InlineData(GetCall, KeyValueMethod.Get, "key-1", "")]
    [InlineData(PutCall, KeyValueMethod.Put, "key-1", "v")]
    [InlineData(ReplicateCall, KeyValueMethod.Replicate, "k", "")]
    [InlineData(DumpCall, KeyValueMethod.Dump, "", "")]
    public void Calls_are_read(string hex, KeyValueMethod method, string key, string value)
    {
        Assert.Equal(KeyValueCallStatus.Call, KeyValueService.ReadCall(Frame(hex), out var call));
        Assert.Equal((method, 7), (call.Method, call.SequenceId));
        Assert.Equal(key, Bytes.Text(call.Key));
        Assert.Equal(value, Bytes.Text(call.Value));
    }

    [Fact]
    public void Unknown_arguments_and_arguments_of_another_type_are_passed_over()
    {
        // get(5: map<i32, list<string>>, 1: i64 = 1, 1: string = "k", 9: struct { 1: double }, 8: bool, 7: set<i16>).
        const string Arguments = "0d0005080f00000001000000010b000000010000000161"
            + "0a00010000000000000001" + "0b0001000000016b" + "0c0009040001000000000000000000" + "02000801" + "0e0007060000000200010002" + "00";
        var frame = Convert.FromHexString("800100010000000367657400000007" + Arguments);
        Assert.Equal(KeyValueCallStatus.Call, KeyValueService.ReadCall(frame, out var call));
        Assert.Equal("k", Bytes.Text(call.Key));
    }

    [Theory]
    [InlineData("800100010000000367657400000007" + "0b0001000000056b00", KeyValueCallStatus.BadArguments)] // longer than the frame
    [InlineData("800100010000000367657400000007" + "0b0001ffffffff00", KeyValueCallStatus.BadArguments)] // negative length
    [InlineData("800100010000000367657400000007" + "0b0001000000016b", KeyValueCallStatus.BadArguments)] // no stop
    [InlineData("800100010000000367657400000007" + "01000100", KeyValueCallStatus.BadArguments)] // no type 1
    [InlineData("800100010000000367657400000007" + "0f0001027fffffff00", KeyValueCallStatus.BadArguments)] // huge list
    [InlineData("800100010000000367657400000007" + "0d00010b0bffffffff00", KeyValueCallStatus.BadArguments)] // negative map
    [InlineData("800100010000000367657400000007" + "0000", KeyValueCallStatus.BadArguments)] // bytes after the stop
    [InlineData("800100020000000367657400000007" + "00", KeyValueCallStatus.NotACall)] // a reply
    [InlineData("800100040000000367657400000007" + "00", KeyValueCallStatus.NotACall)] // one-way
    [InlineData("000000036765740100000007" + "00", KeyValueCallStatus.BadMessage)] // not strict
    [InlineData("800200010000000367657400000007" + "00", KeyValueCallStatus.BadMessage)] // another version
    [InlineData("8001000100000003676574000000", KeyValueCallStatus.BadMessage)] // no sequence number
    [InlineData("80010001ffffffff676574000000", KeyValueCallStatus.BadMessage)] // negative name
    [InlineData("", KeyValueCallStatus.BadMessage)]
    public void Malformed_calls_are_told_apart(string hex, KeyValueCallStatus expected)
    {
        var status = KeyValueService.ReadCall(Convert.FromHexString(hex), out var call);
        Assert.Equal(expected, status);
        if (status != KeyValueCallStatus.BadMessage)
        {
            Assert.Equal(("get", 7), (Bytes.Text(call.Name), call.SequenceId));
        }
    }

    [Fact]
    public void Skipped_fields_nest_only_so_deep()
    {
        Assert.Equal(KeyValueCallStatus.Call, KeyValueService.ReadCall(Nested(ThriftReader.MaxDepth), out _));
        Assert.Equal(KeyValueCallStatus.BadArguments, KeyValueService.ReadCall(Nested(ThriftReader.MaxDepth + 1), out _));
        Assert.Equal(KeyValueCallStatus.BadArguments, KeyValueService.ReadCall(Nested(1_000_000), out _));

        static byte[] Nested(int depth) => Convert.FromHexString("800100010000000367657400000007"
            + string.Concat(Enumerable.Repeat("0c0005", depth)) + string.Concat(Enumerable.Repeat("00", depth + 1)));
    }

    [Fact]
    public void Replies_are_read()
    {
        Assert.True(KeyValueService.TryReadReply(Frame(GetReply), out var get));
        Assert.True(get is { HasResult: true, IsException: false, SequenceId: 7 });
        Assert.Equal(("get", "value"), (Bytes.Text(get.Name), Bytes.Text(get.Value)));

        Assert.True(KeyValueService.TryReadReply(Frame(GetReplyMissing), out var missing));
        Assert.True(missing.HasResult && missing.Value.IsEmpty);

        Assert.True(KeyValueService.TryReadReply(Frame(PutReply), out var put));
        Assert.False(put.HasResult || put.IsException);

        Assert.True(KeyValueService.TryReadReply(Frame(DumpReply), out var dump));
        Assert.Equal(2, dump.EntryCount);
        var entries = dump.Entries;
        var found = new List<string>();
        while (entries.MoveNext())
        {
            found.Add($"{Bytes.Text(entries.Key)}={Bytes.Text(entries.Value)}");
        }

        Assert.Equal(["a=1", "bb="], found);

        Assert.True(KeyValueService.TryReadReply(Frame(UnknownReply), out var unknown));
        Assert.True(unknown.IsException);
        Assert.Equal(ThriftExceptionType.UnknownMethod, unknown.Exception.Type);
        Assert.Equal("Unknown function foo", Bytes.Text(unknown.Exception.Message));
    }

    [Fact]
    public void A_failed_call_is_answered_by_an_exception_of_type_6_with_its_text()
    {
        Assert.Equal(KeyValueCallStatus.Call, KeyValueService.ReadCall(Frame(PutCall), out _));
        var written = Bytes.Written(output =>
        {
            KeyValueService.ReadCall(Frame(PutCall), out var call);
            KeyValueService.WriteFailure(output, call, "no quorum"u8);
        });
        Assert.True(KeyValueService.TryReadReply(Bytes.Of(written).AsSpan(4), out var reply));
        Assert.Equal((ThriftExceptionType.InternalError, 7), (reply.Exception.Type, reply.SequenceId));
        Assert.Equal("no quorum", Bytes.Text(reply.Exception.Message));
        Assert.Equal("put", Bytes.Text(reply.Name));
    }

    [Fact]
    public void Any_key_value_and_number_come_through_unchanged() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), (key, value, sequenceId) =>
        {
            var put = Bytes.Of(Bytes.Written(output => KeyValueService.WritePutCall(output, sequenceId, key, value)));
            var got = Bytes.Of(Bytes.Written(output => KeyValueService.WriteGetReply(output, sequenceId, value)));
            return KeyValueService.ReadCall(put.AsSpan(4), out var call) == KeyValueCallStatus.Call
                && call.Key.SequenceEqual(key) && call.Value.SequenceEqual(value) && call.SequenceId == sequenceId
                && KeyValueService.TryReadReply(got.AsSpan(4), out var reply)
                && reply.Value.SequenceEqual(value) && reply.SequenceId == sequenceId
                && got.Length == 4 + KeyValueService.GetReplyOverheadBytes + value.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_dump_that_does_not_fit_one_frame_is_refused_at_the_entry_too_many()
    {
        using var dump = new KeyValueDumpReply(maxFrameBytes: 50);
        Assert.True(dump.TryAdd("a"u8, "1"u8));
        Assert.True(dump.TryAdd("b"u8, "22345"u8));
        Assert.False(dump.TryAdd("c"u8, ""u8));
        var written = Bytes.Written(output => dump.Write(output, 7));
        Assert.Equal(50 + 4, written.Length);
        Assert.True(KeyValueService.TryReadReply(Bytes.Of(written).AsSpan(4), out var reply));
        Assert.Equal(2, reply.EntryCount);
    }

    [Fact]
    public void A_large_dump_is_whole()
    {
        using var dump = new KeyValueDumpReply();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(dump.TryAdd(Bytes.Of($"key-{i}"), Bytes.Of($"value-{i}")));
        }

        var written = Bytes.Of(Bytes.Written(output => dump.Write(output, 7)));
        Assert.True(KeyValueService.TryReadReply(written.AsSpan(4), out var reply));
        var entries = reply.Entries;
        var count = 0;
        while (entries.MoveNext())
        {
            Assert.Equal($"key-{count}=value-{count}", $"{Bytes.Text(entries.Key)}={Bytes.Text(entries.Value)}");
            count++;
        }

        Assert.Equal(10_000, count);
    }

    private static byte[] Frame(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(ReadStatus.Complete, ThriftFrame.Read(bytes, ThriftFrame.DefaultMaxBytes, out var frame, out var size));
        Assert.Equal(bytes.Length, size);
        return frame.ToArray();
    }

    private static void WriteDump(System.Buffers.IBufferWriter<byte> output, params (string Key, string Value)[] entries)
    {
        using var dump = new KeyValueDumpReply();
        foreach (var (key, value) in entries)
        {
            Assert.True(dump.TryAdd(Bytes.Of(key), Bytes.Of(value)));
        }

        dump.Write(output, 7);
    }
}
