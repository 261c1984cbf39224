using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Catena.Protocols.Table;
using Catena.Protocols.Thrift;
using Catena.Server.Listeners;
using Catena.Server.Listeners.PlainText;
using Catena.Server.Listeners.Table;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Catena.Server.Tests.Tables;

namespace Catena.Server.Tests.Listeners;

public sealed class ListenerFuzzTests
{
    private const int Rounds = 150;

    private static readonly string[] Words =
    [
        "GET", "SET", "MSET", "MGET", "DEL", "SCAN", "CLIENT", "CLUSTER", "CONFIG", "COMMAND", "HELLO", "INFO", "EXPIRE", "GETEX", "INCRBY",
        "KEYS", "LIST", "SLOTS", "DOCS", "GETKEYS", "a", "{t}b", "0", "-1", "3", "9223372036854775807", "*", "[", "", "EX", "NX", "COUNT",
        "MATCH", "TYPE", "AUTH", "SETNAME", "NODES", "SHARDS", "INFO", "ID", "QUIT", "RESET", "ECHO", "COUNTKEYSINSLOT", "PERSIST",
        "SETRANGE", "GETRANGE", "LCS", "SETBIT", "GETBIT", "BITCOUNT", "BITPOS", "BITOP", "AND", "NOT", "BITFIELD", "BITFIELD_RO", "u8", "i64", "#1", "INCR",
        "OVERFLOW", "FAIL", "BIT", "RENAME", "RENAMENX", "COPY", "REPLACE", "DUMP", "RESTORE", "OBJECT", "ENCODING", "FREQ", "RANDOMKEY", "WAIT", "MOVE",
        "IDX", "LEN", "MINMATCHLEN", "SWAPDB", "{t}a", "100000",
        "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "PUBLISH", "SPUBLISH", "PUBSUB", "CHANNELS", "NUMSUB", "NUMPAT", "KILL", "LIST",
        "REPLY", "OFF", "SKIP", "ON", "SET", "timeout", "client-output-buffer-limit", "pubsub 1mb 1kb 1", "SLOWLOG", "LATENCY",
        "MEMORY", "USAGE", "ACL", "CAT", "SCRIPT", "FUNCTION", "SAVE", "TIME", "DEBUG", "SHUTDOWN", "HELP", "ADDR", "SKIPME", "NO", "TRACKING",
    ];

    [Fact]
    public async Task No_bytes_hurt_the_redis_listener()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var host = new RedisHost(new ListenerOptions { MaxClients = 100 });
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(1, 20); i > 0; i--)
            {
                text.Append(Wire.Encode([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words[random.Next(Words.Length)])]));
            }

            Throw(() => host.Connect(), Damage(Encoding.Latin1.GetBytes(text.ToString()), random), random);
            using var sane = host.Connect();
            sane.Ask("PING", "+PONG\r\n");
        }

        // Nothing failed inside: what was refused was refused on purpose.
        Assert.False(host.Log.Has(4003), $"seed {seed}: {string.Join('\n', host.Log.Lines)}");
        await Wait.UntilAsync(() => host.Listener.Count == 0, $"every connection is gone (seed {seed})");
    }

    [Fact]
    public async Task No_bytes_hurt_the_thrift_listener()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var router = new FakeRouter();
        var log = new RecordingLogger();
        await using var listener = new ThriftListener(
            new IPEndPoint(IPAddress.Loopback, 0), ListenerOptions.Default, router, TestCatalogue.Over(router), new FakeCluster(), () => "{}"u8.ToArray(), TimeProvider.System, new MetricsRegistry(), log);
        listener.Start();
        for (var round = 0; round < Rounds; round++)
        {
            var output = new ArrayBufferWriter<byte>();
            for (var i = random.Next(1, 20); i > 0; i--)
            {
                KeyValueService.WritePutCall(output, i, "key"u8, new byte[random.Next(50)]);
                KeyValueService.WriteGetCall(output, i, "key"u8);
                KeyValueService.WriteDumpCall(output, i);
                output.Write(Encoding.Latin1.GetBytes(ThriftTransactionTests.Calls[random.Next(ThriftTransactionTests.Calls.Length)]));
            }

            Throw(() => new Wire(listener.EndPoint), Damage(output.WrittenSpan.ToArray(), random), random);
            using var sane = new Wire(listener.EndPoint);
            var call = new ArrayBufferWriter<byte>();
            KeyValueService.WriteGetCall(call, 1, "none"u8);
            sane.Send(call.WrittenSpan);
            sane.Receive(4 + KeyValueService.GetReplyOverheadBytes);
        }

        Assert.False(log.Has(4003), $"seed {seed}: {string.Join('\n', log.Lines)}");
        await Wait.UntilAsync(() => listener.Count == 0, $"every connection is gone (seed {seed})");
    }

    [Fact]
    public async Task No_bytes_hurt_the_table_listener()
    {
        string[] messages =
        [
            "\0\x0c\x08\x0a\x10\x0a\x1a\x06\x0a\x01k\x12\x01v", "\0\x07\x08\x14\x10\x14\x22\x01k", "\0\x07\x08\x1e\x10\x14\x22\x01k", "\0\x04\x08\x28\x10\x46",
            "\0\x04\x08\x32\x10\x46", "\0\x04\x08\x3c\x10\x46", "\0\x04\x08\x46\x10\x46", "\0\0", "\0\x02\x5b\x5c",
        ];
        using var router = new FakeRouter();
        var log = new RecordingLogger();
        await using var listener = new TableListener(
            new IPEndPoint(IPAddress.Loopback, 0), TableStatsDialect.Default, ListenerOptions.Default, router, new FakeCluster(), TimeProvider.System, new MetricsRegistry(), log);
        await HurtAsync(listener, log, messages, client =>
        {
            client.Send("\0\x04\x08\x14\x10\x46");
            client.Expect("\0\x04\x08\x63\x10\x46");
        });
    }

    [Fact]
    public async Task No_bytes_hurt_the_plain_text_listener()
    {
        using var router = new FakeRouter();
        var log = new RecordingLogger();
        await using var listener = new PlainTextListener(
            new IPEndPoint(IPAddress.Loopback, 0), ListenerOptions.Default, router, TimeProvider.System, new MetricsRegistry(), log);
        await HurtAsync(listener, log, ["PUT k v", "GET k", "HEARTBEAT", "PUT", "\r\n", new string('x', 3000)], client =>
        {
            client.Send("HEARTBEAT");
            client.Expect("ALIVE");
        });
    }

    /// <summary>Sends damaged requests, and sees after each lot that others are still served.</summary>
    private static async Task HurtAsync(TcpListenerHost listener, RecordingLogger log, string[] requests, Action<Wire> isSane)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        listener.Start();
        for (var round = 0; round < Rounds; round++)
        {
            var lot = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => requests[random.Next(requests.Length)]));
            Throw(() => new Wire(listener.EndPoint), Damage(Encoding.Latin1.GetBytes(lot), random), random);
            using var sane = new Wire(listener.EndPoint);
            isSane(sane);
        }

        Assert.False(log.Has(4003), $"seed {seed}: {string.Join('\n', log.Lines)}");
        await Wait.UntilAsync(() => listener.Count == 0, $"every connection is gone (seed {seed})");
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static void Throw(Func<Wire> connect, byte[] bytes, Random random)
    {
        using var client = connect();
        try
        {
            while (bytes.Length > 0)
            {
                var part = Math.Min(random.Next(1, 200), bytes.Length);
                client.Send(bytes.AsSpan(0, part));
                bytes = bytes[part..];
            }

            client.Socket.Shutdown(SocketShutdown.Send);
            while (client.Socket.Receive(new byte[4096]) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // The server had heard enough.
        }
    }
}
