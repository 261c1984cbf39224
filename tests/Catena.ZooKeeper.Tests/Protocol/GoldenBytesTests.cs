using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tests.Protocol;

/// <summary>The records, byte for byte, as ZooKeeper's protocol has them.</summary>
public sealed class GoldenBytesTests
{
    private static readonly byte[] Password = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    private static readonly Stat SomeStat = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private const string SomeStatHex =
        "0000000000000001 0000000000000002 0000000000000003 0000000000000004 00000005 00000006 00000007 0000000000000008 00000009 0000000a 000000000000000b";

    [Fact]
    public void A_connect_request_has_45_bytes()
    {
        var hex = Hex(writer => new ConnectRequest(0x0102, 4000, 0x0304, Password, false).Write(writer));
        Assert.Equal(45, hex.Length / 2);
        Assert.Equal(Squeeze("00000000 0000000000000102 00000fa0 0000000000000304 00000010 0102030405060708090a0b0c0d0e0f10 00"), hex);
        Assert.Equal(44, Hex(writer => new ConnectRequest(0, 0, 0, Password, null).Write(writer)).Length / 2);
    }

    [Fact]
    public void A_connect_response_repeats_the_read_only_byte_only_where_it_was_sent()
    {
        var response = new ConnectResponse(4000, 5, Password, true);
        Assert.Equal(Squeeze("00000000 00000fa0 0000000000000005 00000010 0102030405060708090a0b0c0d0e0f10 01"), Hex(response.Write));
        Assert.Equal(36, Hex(new ConnectResponse(4000, 5, Password, null).Write).Length / 2);
    }

    [Fact]
    public void A_stat_has_68_bytes()
    {
        Assert.Equal(Squeeze(SomeStatHex), Hex(SomeStat.Write));
        Assert.Equal(68, Squeeze(SomeStatHex).Length / 2);
        var reader = new JuteReader(Convert.FromHexString(Squeeze(SomeStatHex)));
        Assert.Equal(SomeStat, Stat.Read(ref reader));
    }

    [Fact]
    public void Headers_are_xid_and_type_and_xid_zxid_and_error()
    {
        Assert.Equal("fffffffe0000000b", Hex(new RequestHeader(SpecialXid.Ping, OpCode.Ping).Write));
        Assert.Equal(Squeeze("00000007 0000000000000009 ffffff9b"), Hex(new ReplyHeader(7, 9, ErrorCode.NoNode).Write));
    }

    [Fact]
    public void A_create_is_path_data_acl_and_flags()
    {
        const string world = "00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65";
        Assert.Equal(
            Squeeze($"00000002 2f61 00000002 0102 {world} 00000003"),
            Hex(writer => OpCodec.Write(writer, new CreateOp("/a", new byte[] { 1, 2 }, CreateMode.EphemeralSequential))));
        Assert.Equal(
            Squeeze($"00000002 2f61 00000000 {world} 00000005 00000000000003e8"),
            Hex(writer => OpCodec.Write(writer, new CreateOp("/a", default, CreateMode.PersistentWithTtl) { TimeToLiveMilliseconds = 1000 })));
    }

    [Fact]
    public void Other_updates_are_path_content_and_version()
    {
        Assert.Equal(Squeeze("00000002 2f61 ffffffff"), Hex(writer => OpCodec.Write(writer, new DeleteOp("/a", -1))));
        Assert.Equal(Squeeze("00000002 2f61 00000001 09 00000002"), Hex(writer => OpCodec.Write(writer, new SetDataOp("/a", new byte[] { 9 }, 2))));
        Assert.Equal(Squeeze("00000002 2f61 00000003"), Hex(writer => OpCodec.Write(writer, new CheckOp("/a", 3))));
    }

    [Fact]
    public void A_multi_request_is_headers_and_updates_up_to_a_last_header() => Assert.Equal(
        Squeeze("00000002 00 ffffffff 00000002 2f61 00000001  0000000d 00 ffffffff 00000002 2f62 00000002  ffffffff 01 ffffffff"),
        Hex(writer => MultiCodec.WriteRequest(writer, [new DeleteOp("/a", 1), new CheckOp("/b", 2)])));

    [Fact]
    public void A_multi_response_has_the_same_shape()
    {
        Assert.Equal(
            Squeeze($"00000001 00 00000000 00000002 2f61  0000000f 00 00000000 00000002 2f62 {SomeStatHex}  00000005 00 00000000 {SomeStatHex}  "
                + "00000002 00 00000000  0000000d 00 00000000  ffffffff 01 ffffffff"),
            Hex(writer => MultiCodec.WriteResponse(
                writer,
                [OpCode.Create, OpCode.Create2, OpCode.SetData, OpCode.Delete, OpCode.Check],
                [new(ErrorCode.Ok, "/a", SomeStat), new(ErrorCode.Ok, "/b", SomeStat), new(ErrorCode.Ok, null, SomeStat), new(ErrorCode.Ok), new(ErrorCode.Ok)])));
        Assert.Equal(
            Squeeze("ffffffff 00 00000000 00000000  ffffffff 00 ffffff99 ffffff99  ffffffff 00 fffffffe fffffffe  ffffffff 01 ffffffff"),
            Hex(writer => MultiCodec.WriteResponse(
                writer,
                [OpCode.Create, OpCode.Check, OpCode.Delete],
                [new(ErrorCode.Ok), new(ErrorCode.BadVersion), new(ErrorCode.RuntimeInconsistency)])));
    }

    [Fact]
    public void A_watch_event_is_type_state_and_path() => Assert.Equal(
        Squeeze("00000004 00000003 00000002 2f61"), Hex(new WatchedEvent(WatchedEventType.NodeChildrenChanged, "/a").Write));

    [Fact]
    public void SetWatches_is_a_zxid_and_three_lists_or_five()
    {
        var watches = new SetWatches(258, ["/d"], [], ["/c", "/e"], ["/p"], ["/r"]);
        const string three = "0000000000000102 00000001 00000002 2f64 00000000 00000002 00000002 2f63 00000002 2f65";
        Assert.Equal(Squeeze(three), Hex(writer => watches.Write(writer, withPersistent: false)));
        Assert.Equal(
            Squeeze(three + "00000001 00000002 2f70 00000001 00000002 2f72"), Hex(writer => watches.Write(writer, withPersistent: true)));
    }

    private static string Hex(Action<JuteWriter> write)
    {
        var writer = new JuteWriter();
        write(writer);
        return Convert.ToHexStringLower(writer.Written);
    }

    private static string Squeeze(string hex) => hex.Replace(" ", string.Empty, StringComparison.Ordinal);
}
