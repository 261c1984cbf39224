using System.Diagnostics;
using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Table;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Table;
using Catena.Server.Metrics;

namespace Catena.Server.Tests.Listeners;

public sealed class TableListenerTests : IAsyncDisposable
{
    private const string Error = "\0\x04\x08\x63\x10\x46";
    private const string PutDone = "\0\x04\x08\x0b\x10\x46";
    private const string DeleteDone = "\0\x04\x08\x1f\x10\x46";
    private const string Size = "\x08\x28\x10\x46";
    private const string GetKeys = "\x08\x32\x10\x46";
    private const string GetTable = "\x08\x3c\x10\x46";
    private const string Stats = "\x08\x46\x10\x46";

    private readonly FakeRouter _router = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly TableListener _listener;

    public TableListenerTests()
    {
        _listener = new TableListener(
            new IPEndPoint(IPAddress.Loopback, 0),
            TableStatsDialect.Default,
            ListenerOptions.Default,
            _router,
            new FakeCluster(),
            TimeProvider.System,
            _metrics,
            new RecordingLogger());
        _listener.Start();
    }

    [Fact]
    public void Put_get_and_delete_are_the_bytes_that_clients_expect()
    {
        using var client = Connect();
        Ask(client, Put("k", "vv"), PutDone);
        Ask(client, Get("k"), "\0\x08\x08\x15\x10\x1e\x2a\x02vv");
        Ask(client, Delete("k"), DeleteDone);
        Ask(client, Get("k"), Error);
        Ask(client, Delete("k"), Error);
        Ask(client, Put("k", ""), PutDone);
        Ask(client, Get("k"), "\0\x04\x08\x15\x10\x1e");
    }

    [Fact]
    public void Requests_may_arrive_byte_by_byte()
    {
        using var client = Connect();
        foreach (var part in Frame(Put("k", "v")))
        {
            client.Send([(byte)part]);
        }

        client.Expect(PutDone);
    }

    [Fact]
    public void What_is_no_request_or_has_no_key_is_an_error_and_the_connection_goes_on()
    {
        using var client = Connect();
        string[] requests = ["", "\x08", "\x08\x14\x10\x14", "\x08\x14\x10\x14\x22\0", "\x08\x0a\x10\x0a", "\x08\x0a\x10\x0a\x1a\x03\x12\x01v", "\x08\x15\x10\x14\x22\x01k", "GET / HTTP/1.1"];
        foreach (var request in requests)
        {
            Ask(client, request, Error);
        }

        Ask(client, Size, "\0\x04\x08\x29\x10\x28");
        Assert.DoesNotContain(_router.Started, started => !started.StartsWith("Count", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ErrorCode.OutcomeUnknown)]
    [InlineData(ErrorCode.TryAgain)]
    [InlineData(ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.ReadOnly)]
    public void What_fails_is_an_error(ErrorCode code)
    {
        _router.Fails = _ => code;
        using var client = Connect();
        foreach (var request in (string[])[Put("k", "v"), Get("k"), Delete("k"), Size, GetKeys, GetTable])
        {
            Ask(client, request, Error);
        }
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        _router.Scatter(11);
        using var client = Connect();
        var requests = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            requests.Append(Frame(Put($"k{i % 7}", $"{i:d3}"))).Append(Frame(Get($"k{i % 7}")));
        }

        var sending = Task.Run(() => client.Send(requests.ToString()));
        for (var i = 0; i < 200; i++)
        {
            client.Expect($"{PutDone}\0\x09\x08\x15\x10\x1e\x2a\x03{i:d3}");
        }

        await sending;
    }

    [Fact]
    public void Size_keys_and_table_tell_everything()
    {
        using var client = Connect();
        Ask(client, Size, "\0\x04\x08\x29\x10\x28");
        Ask(client, GetKeys, "\0\x04\x08\x33\x10\x32");
        Ask(client, GetTable, "\0\x04\x08\x3d\x10\x3c");
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 1000; i++)
        {
            var (key, value) = ($"key-{i}", i % 3 == 0 ? "" : $"v{i}");
            expected.Add(key, value);
            Ask(client, Put(key, value), PutDone);
        }

        Ask(client, Size, "\0\x07\x08\x29\x10\x28\x30\xd0\x0f");
        Assert.Equal(expected.Keys, Fields(Exchange(client, GetKeys), 7).Order(StringComparer.Ordinal));
        var table = Fields(Exchange(client, GetTable), 8).Select(entry => (Fields(entry, 1).Single(), Fields(entry, 2).SingleOrDefault("")));
        Assert.Equal(expected.Select(pair => (pair.Key, pair.Value)), table.OrderBy(entry => entry.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void A_list_that_does_not_fit_a_reply_is_an_error_and_is_given_up_early()
    {
        using var client = Connect();
        for (var i = 0; i < 20_000; i++)
        {
            client.Send(Frame(Put($"key-{i}", "0123456789")));
            client.Expect(PutDone);
        }

        var before = _router.Started.Count;
        Ask(client, GetKeys, Error);
        var pages = _router.Started.Count - before;

        // A reply has room for some 3,000 of these keys; the rest, behind another 250 pages, is not looked at.
        Assert.InRange(pages, 1, 80);
        Ask(client, GetTable, Error);
        Assert.InRange(_router.Started.Count - before - pages, 1, 50);
        Ask(client, Get("key-1"), "\0\x10\x08\x15\x10\x1e\x2a\x0a" + "0123456789");
    }

    [Fact]
    public void A_value_that_does_not_fit_a_reply_is_an_error()
    {
        using var client = Connect();
        Ask(client, Put("k", new string('x', 40_000)), PutDone);
        Ask(client, Get("k"), Error);
        Ask(client, GetTable, Error);
        Ask(client, GetKeys, "\0\x07\x08\x33\x10\x32\x3a\x01k");
    }

    [Fact]
    public void Statistics_count_what_was_answered()
    {
        using var other = Connect();
        using var client = Connect();
        Ask(client, Put("k", "v"), PutDone);
        Ask(other, Get("none"), Error);
        Ask(other, Size, "\0\x06\x08\x29\x10\x28\x30\x02");

        var stats = Fields(Exchange(client, Stats), 9).Single();

        // Three operations, two clients; signs are the lowest bits.
        Assert.StartsWith("\x08\x06\x10\x04", stats, StringComparison.Ordinal);
        Assert.Equal(4, _listener.Times.Operations);
        Assert.StartsWith("\x08\x08\x10\x04", Fields(Exchange(other, Stats), 9).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_is_what_operations_took_that_went_on_elsewhere_too()
    {
        _router.Holds = kind => kind is CommandKind.Put or CommandKind.Count;
        using var client = Connect();
        foreach (var request in (string[])[Put("k", "v"), Size])
        {
            var (operations, time) = (_listener.Times.Operations, _listener.Times.Microseconds);
            client.Send(Frame(request));
            await Wait.UntilAsync(() => _router.HeldCount > 0, "the command is under way");
            var held = Stopwatch.StartNew();
            await Wait.UntilAsync(() => held.ElapsedMilliseconds >= 20, "some time has passed");
            _router.ReleaseAll();
            Exchange(client, null);
            await Wait.UntilAsync(() => _listener.Times.Operations == operations + 1, "it is counted");
            Assert.InRange(_listener.Times.Microseconds - time, 20_000, long.MaxValue);
        }
    }

    [Fact]
    public async Task A_node_that_stops_answers_what_is_under_way()
    {
        _router.Holds = kind => kind == CommandKind.Put;
        using var client = Connect();
        client.Send(Frame(Put("k", "v")));
        await Wait.UntilAsync(() => _router.HeldCount == 1, "the put is under way");
        var stopping = _listener.StopAsync(CancellationToken.None);
        _router.ReleaseAll();
        client.Expect(PutDone);
        Assert.True(client.IsClosed());
        await stopping;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _router.Dispose();
    }

    private static string Frame(string message) => $"{(char)(message.Length >> 8)}{(char)(message.Length & 0xff)}{message}";

    private static string Field(int number, string value) => $"{(char)((number << 3) | 2)}{Varint(value.Length)}{value}";

    private static string Varint(int value) => value < 0x80 ? $"{(char)value}" : $"{(char)((value & 0x7f) | 0x80)}{Varint(value >> 7)}";

    private static string Put(string key, string value) => $"\x08\x0a\x10\x0a{Field(3, Field(1, key) + Field(2, value))}";

    private static string Get(string key) => $"\x08\x14\x10\x14{Field(4, key)}";

    private static string Delete(string key) => $"\x08\x1e\x10\x14{Field(4, key)}";

    private static void Ask(Wire client, string request, string reply)
    {
        client.Send(Frame(request));
        client.Expect(reply);
    }

    /// <summary>Sends a request, if there is one, and reads a reply.</summary>
    private static string Exchange(Wire client, string? request)
    {
        client.Send(request is null ? "" : Frame(request));
        var length = client.Receive(2);
        return Encoding.Latin1.GetString(client.Receive((length[0] << 8) | length[1]));
    }

    /// <summary>The values of a message's fields of one number, which are bytes.</summary>
    private static List<string> Fields(string message, int number)
    {
        var found = new List<string>();
        var reader = new ProtobufReader(Encoding.Latin1.GetBytes(message));
        while (!reader.IsAtEnd)
        {
            Assert.True(reader.TryReadTag(out var field, out var type));
            if (field == number)
            {
                Assert.True(reader.TryReadBytes(out var value));
                found.Add(Encoding.Latin1.GetString(value));
            }
            else
            {
                Assert.True(reader.TrySkip(field, type));
            }
        }

        return found;
    }

    private Wire Connect() => new(_listener.EndPoint);
}
