using System.Buffers.Binary;
using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Catena.Server.Tests.Tables;
using static Catena.Server.Tests.Listeners.ThriftText;

namespace Catena.Server.Tests.Listeners;

/// <summary>Calls on keys, and on the cluster, through Thrift, as far as the listener goes; what generated clients make of them is tested on real nodes.</summary>
public sealed class ThriftTableTests : IAsyncDisposable
{
    private static readonly string Version = "\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x05";

    private readonly StepRouter _router = new();
    private ThriftListener _listener;

    public ThriftTableTests() => _listener = Start(ListenerOptions.Default);

    /// <summary>Calls of all kinds, for tests that damage them.</summary>
    internal static string[] Calls =>
    [
        Call("tableGet", Bytes(1, "") + Bytes(2, "k")), Call("tableGetMany", Bytes(1, "") + List(2, 0x0b, Text("a"), Text("b"))),
        Put("k", "\x02\0\x01\x01" + Int64(5, 1000) + "\x02\0\x07\x01"), Put("k", Bytes(3, Version)), Call("tableDelete", Bytes(2, "k") + Struct(3, Bytes(3, Version))),
        Call("tableIncrement", Bytes(2, "k") + Int64(3, 7)), Call("tableAppend", Bytes(2, "k") + Bytes(3, "v")), Call("tableExpire", Bytes(2, "k") + Int64(3, 7)),
        Call("tableExpiresAt", Bytes(2, "k")), Call("tableApply", List(1, 0x0c, Bytes(2, "k") + Bytes(3, "v") + Struct(4, "\x02\0\x01\x01") + Stop, Bytes(2, "l") + Stop)),
        Call("tableScan", Bytes(2, "\0\x05key") + "\x08\0\x03\0\0\0\x05"), Call("tableScanRange", Struct(2, Bytes(1, "{t}a"))), Call("clusterMap", ""), Call("nodeStatus", ""),
    ];

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Fact]
    public void What_was_found_comes_with_its_version()
    {
        _router.Answers = _ => Result(writer => ResultWriter.WriteValue(writer, "v"u8, new Lsn(new Epoch(2), 5)));
        using var client = Connect();
        Ask(client, Call("tableGet", Bytes(2, "k")), Answer("tableGet", Struct(0, "\x02\0\x01\x01" + Bytes(2, "v") + Bytes(3, Version))));
        _router.Answers = _ => EncodedResults.Nil;
        Ask(client, Call("tableGet", Bytes(1, "default") + Bytes(2, "k")), Answer("tableGet", Struct(0, "\x02\0\x01\0")));
    }

    [Fact]
    public void Writes_say_whether_they_were_done_and_what_was_there()
    {
        using var client = Connect();
        Ask(client, Put("k", ""), Answer("tablePut", Struct(0, "\x02\0\x01\x01")));
        _router.Answers = _ => EncodedResults.Nil;
        Ask(client, Put("k", "\x02\0\x01\x01"), Answer("tablePut", Struct(0, "\x02\0\x01\0")));
        Ask(client, Call("tableDelete", Bytes(2, "k") + Struct(3, Bytes(3, Version))), Answer("tableDelete", Struct(0, "\x02\0\x01\0")));
        _router.Answers = _ => Result(writer => ResultWriter.WriteValue(writer, "old"u8, new Lsn(new Epoch(2), 5)));
        var previous = Struct(2, "\x02\0\x01\x01" + Bytes(2, "old") + Bytes(3, Version));
        foreach (var (options, isApplied) in new[] { ("", '\x01'), ("\x02\0\x01\x01", '\0'), ("\x02\0\x02\x01", '\x01'), (Bytes(3, Version), '\x01'), (Bytes(3, Version[..15] + "\x06"), '\0') })
        {
            Ask(client, Put("k", options + "\x02\0\x07\x01"), Answer("tablePut", Struct(0, "\x02\0\x01" + isApplied + previous)));
        }
    }

    [Fact]
    public async Task What_is_too_long_for_a_frame_is_left_out_where_it_was_written_and_refused_where_it_was_read()
    {
        await _listener.DisposeAsync();
        _listener = Start(new ListenerOptions { MaxThriftFrameBytes = 200 });
        _router.Answers = _ => Result(writer => ResultWriter.WriteValue(writer, new byte[200], new Lsn(new Epoch(2), 5)));
        using var client = Connect();
        Ask(client, Put("k", "\x02\0\x07\x01"), Answer("tablePut", Struct(0, "\x02\0\x01\x01")));
        Assert.Equal(CatenaException.InvalidRequest, Refused(client, Call("tableGet", Bytes(2, "k"))));
        _router.Answers = _ => Result(writer =>
        {
            ResultWriter.WriteListStart(writer, 2);
            ResultWriter.WriteItem(writer, new byte[100]);
            ResultWriter.WriteItem(writer, new byte[100]);
        });
        Assert.Equal(CatenaException.InvalidRequest, Refused(client, Call("tableGetMany", List(2, 0x0b, Text("a"), Text("b")))));
    }

    [Fact]
    public void What_can_never_be_done_is_refused_before_anybody_is_asked()
    {
        using var client = Connect();
        foreach (var call in new[]
        {
            Call("tableGet", ""), Put("", ""), Put("k", "\x02\0\x01\x01\x02\0\x02\x01"), Put("k", Bytes(3, "short")), Put("k", Int64(4, 1) + Int64(5, 1)), Put("k", Int64(5, -1)),
            Put("k", Int64(5, long.MaxValue)), Call("tableDelete", Bytes(2, "k") + Struct(3, "\x02\0\x01\x01")), Call("tableExpire", Bytes(2, "k") + Int64(3, -1)),
            Call("tableGetMany", ""), Call("tableApply", ""), Call("tableApply", List(1, 0x0c, Bytes(2, "k") + Struct(4, "\x02\0\x02\x01") + Stop)),
            Call("tableScan", "\x08\0\x03\0\0\x27\x11"), Call("tableScan", Bytes(2, "\x40\0")), Call("tableScan", Bytes(2, "\0\x01key")),
            Call("tableScanRange", Bytes(1, "one") + Struct(2, Bytes(1, "{a}") + Bytes(4, "two"))), Call("tableScanRange", Struct(2, Bytes(1, "{a}") + Bytes(4, "two"))), Call("tableScanRange", Struct(2, Bytes(1, "a"))),
        })
        {
            Assert.Equal(CatenaException.InvalidRequest, Refused(client, call));
        }

        Assert.Empty(_router.Taken);
    }

    [Fact]
    public void A_scan_reads_whole_slots_and_goes_on_in_the_middle_of_one()
    {
        var slot = HashSlot.Of("a"u8).Value;
        _router.Answers = step => step.StartsWith("Scan", StringComparison.Ordinal)
            ? Result(writer =>
            {
                ResultWriter.WritePageStart(writer, slot + 1, 1);
                ResultWriter.WriteItem(writer, "a"u8);
            })
            : Result(writer =>
            {
                ResultWriter.WriteRangeStart(writer, Lsn.Zero, Lsn.Zero, Stored(slot, "a\0"), 1);
                ResultWriter.WriteKey(writer, Stored(slot, "a"), new Lsn(new Epoch(2), 5), 9, "v"u8);
            });
        using var client = Connect();
        var cursor = $"{(char)(slot >> 8)}{(char)(slot & 255)}";
        var entries = List(1, 0x0c, Bytes(1, "a") + Bytes(2, "v") + Bytes(3, Version) + Int64(4, 9) + Stop);
        Ask(client, Call("tableScan", Bytes(2, cursor)), Answer("tableScan", Struct(0, entries + Bytes(2, cursor + "a\0"))));
        Ask(client, Call("tableScan", Bytes(2, cursor + "a\0")), Answer("tableScan", Struct(0, entries + Bytes(2, cursor + "a\0"))));
        Assert.Equal(["Scan", "LookRange", "LookRange"], _router.Taken.Select(step => step.Split(' ')[0]));

        _router.Answers = _ => EncodedResults.Error(ErrorCode.TryAgain, ""u8);
        Assert.Equal(CatenaException.Unavailable, Refused(client, Call("tableScan", Bytes(2, cursor))));
    }

    [Fact]
    public async Task A_replicate_is_a_put_where_the_setting_allows_it()
    {
        await _listener.DisposeAsync();
        _listener = Start(new ListenerOptions { AllowsReplicate = true });
        using var client = Connect();
        Ask(client, Call("replicate", Bytes(1, "k") + Bytes(2, "v")), Answer("replicate", ""));
        Assert.StartsWith("Put", Assert.Single(_router.Taken), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cluster_is_told_and_so_is_the_node()
    {
        using var client = Connect();
        Ask(client, Call("nodeStatus", ""), Answer("nodeStatus", Bytes(0, "{}")));
        client.Send(Call("clusterMap", ""));
        var reader = new ThriftReader(client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4))));
        Assert.True(reader.TryReadMessageHeader(out var type, out _, out _));
        Assert.Equal(ThriftMessageType.Reply, type);
        Assert.True(reader.TryReadField(out var field, out _) && field == ThriftType.Struct && reader.TrySkip(field));
        Assert.False(reader.TryReadField(out _, out _));
        Assert.Equal((false, 0), (reader.HasFailed, reader.Remaining));
    }

    private static string Text(string value) => $"\0\0\0{(char)value.Length}{value}";

    private static string Struct(int field, string fields) => $"\x0c\0{(char)field}{fields}{Stop}";

    private static string List(int field, int type, params string[] elements) => $"\x0f\0{(char)field}{(char)type}\0\0\0{(char)elements.Length}{string.Concat(elements)}";

    private static string Put(string key, string options) => Call("tablePut", Bytes(2, key) + Bytes(3, "v") + Struct(4, options));

    private static string Int64(int field, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return $"\x0a\0{(char)field}{Encoding.Latin1.GetString(bytes)}";
    }

    private static byte[] Stored(ushort slot, string key) => [(byte)(slot >> 8), (byte)slot, 0, 0, .. Encoding.Latin1.GetBytes(key)];

    private static CatenaException Refused(Wire client, string call)
    {
        client.Send(call);
        return ReadException(client).Exception;
    }

    private ThriftListener Start(ListenerOptions options)
    {
        var listener = new ThriftListener(
            new IPEndPoint(IPAddress.Loopback, 0), options, _router, TestCatalogue.Over(_router), new FakeCluster(), () => "{}"u8.ToArray(), TimeProvider.System, new MetricsRegistry(), new RecordingLogger());
        listener.Start();
        return listener;
    }

    private Wire Connect() => new(_listener.EndPoint);
}
