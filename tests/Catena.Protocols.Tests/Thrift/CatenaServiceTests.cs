using Catena.Protocols.Tests.Support;
using Catena.Protocols.Thrift;

namespace Catena.Protocols.Tests.Thrift;

public sealed class CatenaServiceTests
{
    // The bytes that Apache Thrift's own Python library writes for the same messages, from code generated from idl/catena.thrift.
    private const string BeginCall = "0000002f80010001000000107472616e73616374696f6e426567696e000000070c0001020001010b0002000000036f6c640000";
    private const string BeginCallPlain = "0000002180010001000000107472616e73616374696f6e426567696e000000070c00010000";
    private const string GetCall = "00000030800100010000000e7472616e73616374696f6e476574000000070b00010000000668616e646c650b0002000000016b00";
    private const string PutCall = "00000038800100010000000e7472616e73616374696f6e507574000000070b00010000000668616e646c650b0002000000016b0b0003000000017600";
    private const string DeleteCall = "0000003380010001000000117472616e73616374696f6e44656c657465000000070b00010000000668616e646c650b0002000000016b00";
    private const string ScanCall = "0000004a800100010000000f7472616e73616374696f6e5363616e000000070b00010000000668616e646c650c00020b0001000000047b747d610b0002000000047b747d6d080003000000050000";
    private const string ScanCallPlain = "00000038800100010000000f7472616e73616374696f6e5363616e000000070b00010000000668616e646c650c00020b0001000000047b747d610000";
    private const string PrepareCall = "0000002c80010001000000127472616e73616374696f6e50726570617265000000070b00010000000668616e646c6500";
    private const string CommitCall = "0000002b80010001000000117472616e73616374696f6e436f6d6d6974000000070b00010000000668616e646c6500";
    private const string RollbackCall = "0000002d80010001000000137472616e73616374696f6e526f6c6c6261636b000000070b00010000000668616e646c6500";
    private const string BeginReply = "0000002a80010002000000107472616e73616374696f6e426567696e000000070b00000000000668616e646c6500";
    private const string FoundReply = "0000002f800100020000000e7472616e73616374696f6e476574000000070c0000020001010b00020000000576616c75650000";
    private const string NotFoundReply = "00000023800100020000000e7472616e73616374696f6e476574000000070c0000020001000000";
    private const string PutReply = "0000001b800100020000000e7472616e73616374696f6e5075740000000700";
    private const string DeleteReply = "0000002280010002000000117472616e73616374696f6e44656c657465000000070200000100";
    private const string ScanReply = "0000005b800100020000000f7472616e73616374696f6e5363616e000000070c00000f00010c000000020b0001000000047b747d610b00020000000131000b0001000000047b747d620b000200000000000b0002000000057b747d62000000";
    private const string ScanReplyEmpty = "00000028800100020000000f7472616e73616374696f6e5363616e000000070c00000f00010c000000000000";
    private const string PrepareReply = "0000002e80010002000000127472616e73616374696f6e50726570617265000000070b000000000008707265706172656400";
    private const string CommitReply = "0000001e80010002000000117472616e73616374696f6e436f6d6d69740000000700";
    private const string AbortedReply = "00000029800100020000000e7472616e73616374696f6e507574000000070c00010b0001000000037768790000";
    private const string NoSuchReply = "00000029800100020000000e7472616e73616374696f6e476574000000070c00020b0001000000037768790000";
    private const string InvalidReply = "0000002b80010002000000107472616e73616374696f6e426567696e000000070c00030b0001000000037768790000";
    private const string UnavailableReply = "0000002d80010002000000127472616e73616374696f6e50726570617265000000070c00040b0001000000037768790000";
    private const string UnknownReply = "0000002c80010002000000117472616e73616374696f6e436f6d6d6974000000070c00050b0001000000037768790000";

    /// <summary>Calls of every method, for tests that damage them.</summary>
    internal static IEnumerable<byte[]> Calls =>
        new[] { BeginCall, BeginCallPlain, GetCall, PutCall, DeleteCall, ScanCall, ScanCallPlain, PrepareCall, CommitCall, RollbackCall }.Select(Frame);

    [Theory]
    [InlineData(BeginCall, CatenaMethod.TransactionBegin, "old", "", "")]
    [InlineData(BeginCallPlain, CatenaMethod.TransactionBegin, "", "", "")]
    [InlineData(GetCall, CatenaMethod.TransactionGet, "handle", "k", "")]
    [InlineData(PutCall, CatenaMethod.TransactionPut, "handle", "k", "v")]
    [InlineData(DeleteCall, CatenaMethod.TransactionDelete, "handle", "k", "")]
    [InlineData(PrepareCall, CatenaMethod.TransactionPrepare, "handle", "", "")]
    [InlineData(CommitCall, CatenaMethod.TransactionCommit, "handle", "", "")]
    [InlineData(RollbackCall, CatenaMethod.TransactionRollback, "handle", "", "")]
    public void Calls_are_read(string hex, CatenaMethod method, string transaction, string key, string value)
    {
        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(Frame(hex), out var call));
        Assert.Equal((method, 7, Bytes.Text(CatenaService.NameOf(method))), (call.Method, call.SequenceId, Bytes.Text(call.Name)));
        Assert.Equal((transaction, key, value), (Bytes.Text(call.Transaction), Bytes.Text(call.Key), Bytes.Text(call.Value)));
        Assert.Equal(hex == BeginCall, call.IsLocking);
    }

    [Theory]
    [InlineData(ScanCall, "{t}m", 5)]
    [InlineData(ScanCallPlain, "", 0)]
    public void Scans_are_read(string hex, string endKey, int limit)
    {
        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(Frame(hex), out var call));
        Assert.Equal((CatenaMethod.TransactionScan, 7), (call.Method, call.SequenceId));
        Assert.Equal(("handle", "{t}a", endKey, limit), (Bytes.Text(call.Transaction), Bytes.Text(call.Key), Bytes.Text(call.EndKey), call.Limit));
    }

    [Fact]
    public void Replies_have_the_bytes_that_Thrift_writes()
    {
        Assert.Equal(BeginReply, Bytes.Hex(output => CatenaService.WriteBytesReply(output, CatenaMethod.TransactionBegin, 7, "handle"u8)));
        Assert.Equal(FoundReply, Bytes.Hex(output => CatenaService.WriteValueReply(output, CatenaMethod.TransactionGet, 7, true, "value"u8)));
        Assert.Equal(NotFoundReply, Bytes.Hex(output => CatenaService.WriteValueReply(output, CatenaMethod.TransactionGet, 7, false, default)));
        Assert.Equal(PutReply, Bytes.Hex(output => CatenaService.WriteVoidReply(output, CatenaMethod.TransactionPut, 7)));
        Assert.Equal(DeleteReply, Bytes.Hex(output => CatenaService.WriteBoolReply(output, CatenaMethod.TransactionDelete, 7, true)));
        Assert.Equal(PrepareReply, Bytes.Hex(output => CatenaService.WriteBytesReply(output, CatenaMethod.TransactionPrepare, 7, "prepared"u8)));
        Assert.Equal(CommitReply, Bytes.Hex(output => CatenaService.WriteVoidReply(output, CatenaMethod.TransactionCommit, 7)));
        Assert.Equal(ScanReplyEmpty, Bytes.Hex(output => new CatenaScanReply(CatenaMethod.TransactionScan, 10).Write(output, 7, default)));
        var page = new CatenaScanReply(CatenaMethod.TransactionScan, 10);
        Assert.True(page.TryAdd("{t}a"u8, "1"u8));
        Assert.True(page.TryAdd("{t}b"u8, ""u8));
        Assert.Equal(ScanReply, Bytes.Hex(output => page.Write(output, 7, "{t}b\0"u8)));
    }

    [Theory]
    [InlineData(AbortedReply, CatenaMethod.TransactionPut, CatenaException.TransactionAborted)]
    [InlineData(NoSuchReply, CatenaMethod.TransactionGet, CatenaException.NoSuchTransaction)]
    [InlineData(InvalidReply, CatenaMethod.TransactionBegin, CatenaException.InvalidRequest)]
    [InlineData(UnavailableReply, CatenaMethod.TransactionPrepare, CatenaException.Unavailable)]
    [InlineData(UnknownReply, CatenaMethod.TransactionCommit, CatenaException.OutcomeUnknown)]
    public void Exceptions_have_the_bytes_that_Thrift_writes(string hex, CatenaMethod method, CatenaException exception)
    {
        Assert.True(CatenaService.Declares(method, exception));
        Assert.Equal(hex, Bytes.Hex(output => CatenaService.WriteException(output, method, 7, exception, "why"u8)));
    }

    [Theory]
    [InlineData(CatenaMethod.TransactionBegin, CatenaException.TransactionAborted)]
    [InlineData(CatenaMethod.TransactionBegin, CatenaException.NoSuchTransaction)]
    [InlineData(CatenaMethod.TransactionPut, CatenaException.OutcomeUnknown)]
    [InlineData(CatenaMethod.TransactionPrepare, CatenaException.OutcomeUnknown)]
    public void What_a_method_does_not_declare_is_known(CatenaMethod method, CatenaException exception) => Assert.False(CatenaService.Declares(method, exception));

    [Fact]
    public void What_does_not_fit_the_frame_is_left_out_of_a_page()
    {
        const int MaxFrameBytes = 200;
        var next = "{t}12345"u8.ToArray();
        var page = new CatenaScanReply(CatenaMethod.TransactionScan, next.Length, MaxFrameBytes);
        var added = 0;
        while (page.TryAdd("{t}a"u8, "value"u8))
        {
            added++;
        }

        var frame = Frame(Bytes.Hex(output => page.Write(output, 7, next)));
        Assert.InRange(frame.Length, MaxFrameBytes - 30, MaxFrameBytes);
        Assert.Equal(added, Bytes.Text(frame).Split("value").Length - 1);
    }

    [Fact]
    public void The_bytes_beside_a_value_are_known()
    {
        var frame = Frame(Bytes.Hex(output => CatenaService.WriteValueReply(output, CatenaMethod.TransactionGet, 7, true, "value"u8)));
        Assert.Equal(frame.Length - 5, CatenaService.ValueReplyOverheadBytes(CatenaMethod.TransactionGet));
    }

    [Theory]
    [InlineData(GetCall)]
    [InlineData(BeginCall)]
    [InlineData(ScanCall)]
    public void Unknown_fields_and_fields_of_another_type_are_passed_over(string hex)
    {
        // A list of maps under a number that no argument has, and an integer under one that is a string or struct.
        const string Unknown = "0f00630d000000010b0800000001000000016100000001" + "080001000000ff";
        var frame = Frame(hex);
        var arguments = ThriftWriter.MessageHeaderBytes(CatenaService.NameOf(Method(frame)).Length);
        byte[] longer = [.. frame[..arguments], .. Convert.FromHexString(Unknown), .. frame[arguments..]];
        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(frame, out var expected));
        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(longer, out var call));
        Assert.Equal(Bytes.Text(expected.Transaction) + Bytes.Text(expected.Key) + expected.IsLocking, Bytes.Text(call.Transaction) + Bytes.Text(call.Key) + call.IsLocking);

        // The same inside the structs: behind the header of the struct, which ends a begin with two stops.
        if (hex == BeginCall)
        {
            byte[] inside = [.. frame[..(arguments + 3)], .. Convert.FromHexString(Unknown), .. frame[(arguments + 3)..]];
            Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(inside, out call));
            Assert.Equal(("old", true), (Bytes.Text(call.Transaction), call.IsLocking));
        }
    }

    [Fact]
    public void Missing_arguments_are_empty()
    {
        foreach (var whole in Calls)
        {
            var header = ThriftWriter.MessageHeaderBytes(CatenaService.NameOf(Method(whole)).Length);
            Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall([.. whole[..header], 0], out var call));
            Assert.True(call.Transaction.IsEmpty && call.Key.IsEmpty && call.Value.IsEmpty && call.EndKey.IsEmpty && call is { Limit: 0, IsLocking: false });
        }
    }

    [Fact]
    public void Malformed_calls_are_told_apart()
    {
        foreach (var whole in Calls)
        {
            // What ends anywhere early, or goes on, cannot be read.
            var header = ThriftWriter.MessageHeaderBytes(CatenaService.NameOf(Method(whole)).Length);
            for (var length = 0; length < whole.Length; length++)
            {
                var expected = length < header ? KeyValueCallStatus.BadMessage : KeyValueCallStatus.BadArguments;
                Assert.Equal(expected, CatenaService.ReadCall(whole.AsSpan(0, length), out _));
            }

            Assert.Equal(KeyValueCallStatus.BadArguments, CatenaService.ReadCall([.. whole, 0], out _));
            whole[3] = (byte)ThriftMessageType.OneWay;
            Assert.Equal(KeyValueCallStatus.NotACall, CatenaService.ReadCall(whole, out _));
        }

        Assert.Equal(KeyValueCallStatus.UnknownMethod, CatenaService.ReadCall(Convert.FromHexString("80010001000000036765740000000700"), out var other));
        Assert.Equal("get", Bytes.Text(other.Name));
        Assert.Equal(CatenaMethod.Unknown, CatenaService.MethodOf("get"u8));
        Assert.Equal(CatenaMethod.TransactionScan, CatenaService.MethodOf("transactionScan"u8));
    }

    private static CatenaMethod Method(byte[] frame)
    {
        CatenaService.ReadCall(frame, out var call);
        return call.Method;
    }

    private static byte[] Frame(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(ReadStatus.Complete, ThriftFrame.Read(bytes, ThriftFrame.DefaultMaxBytes, out var frame, out var size));
        Assert.Equal(bytes.Length, size);
        return frame.ToArray();
    }
}
