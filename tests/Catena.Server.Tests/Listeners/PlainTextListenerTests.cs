using System.Net;
using Catena.Core.Data;
using Catena.Server.Listeners;
using Catena.Server.Listeners.PlainText;
using Catena.Server.Metrics;

namespace Catena.Server.Tests.Listeners;

public sealed class PlainTextListenerTests : IAsyncDisposable
{
    private readonly FakeRouter _router = new();
    private PlainTextListener _listener;

    public PlainTextListenerTests() => _listener = Start(ListenerOptions.Default);

    [Theory]
    [InlineData("PUT k v", "PUT k=v OK")]
    [InlineData("PUT k v w x", "PUT k=v OK")]
    [InlineData("GET k", "Error: Key 'k' not found.")]
    [InlineData("HEARTBEAT", "ALIVE")]
    [InlineData("PUT k", "Error: PUT command must be in the format 'PUT <key> <value>'.")]
    [InlineData("GET", "Error: GET command must be in the format 'GET <key>'.")]
    [InlineData("DEL k", "Invalid command. Use PUT <key> <value> or GET <key>.")]
    public void One_receive_is_one_request_and_has_one_reply(string request, string reply) => Assert.Equal(reply, Ask(request));

    [Fact]
    public void What_was_put_is_got()
    {
        Assert.Equal("PUT key=value OK", Ask("PUT key value"));
        Assert.Equal("GET key=value", Ask("GET key\r\n"));
    }

    [Fact]
    public void A_client_may_go_on_once_it_has_its_reply()
    {
        using var client = new Wire(_listener.EndPoint);
        for (var i = 0; i < 20; i++)
        {
            client.Send($"PUT k{i} {i}");
            client.Expect($"PUT k{i}={i} OK");
            client.Send($"GET k{i}");
            client.Expect($"GET k{i}={i}");
        }
    }

    [Fact]
    public void A_request_has_at_most_1024_bytes()
    {
        var (key, value) = (new string('k', 500), new string('v', 1024 - 500 - 5));
        Assert.Equal($"PUT {key}={value} OK", Ask($"PUT {key} {value}"));

        // What is beyond is another request.
        using var client = new Wire(_listener.EndPoint);
        client.Send($"PUT {key} {value}HEARTBEAT");
        client.Expect($"PUT {key}={value} OK");
        client.Expect("ALIVE");
    }

    [Theory]
    [InlineData(ErrorCode.OutcomeUnknown, "Error: outcome unknown: ")]
    [InlineData(ErrorCode.TryAgain, "Error: try again: ")]
    [InlineData(ErrorCode.NotEnoughReplicas, "Error: not enough replicas: ")]
    [InlineData(ErrorCode.ReadOnly, "Error: read only: ")]
    public void A_failure_says_whether_its_outcome_is_open(ErrorCode code, string text)
    {
        _router.Fails = _ => code;
        Assert.StartsWith(text, Ask("PUT k v"), StringComparison.Ordinal);
        Assert.StartsWith(text, Ask("GET k"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_for_whom_there_is_no_room_is_told_so()
    {
        await _listener.DisposeAsync();
        _listener = Start(new ListenerOptions { MaxClients = 1 });
        using var client = new Wire(_listener.EndPoint);
        client.Send("HEARTBEAT");
        client.Expect("ALIVE");
        using var other = new Wire(_listener.EndPoint);
        Assert.Equal("Error: the node has all the clients it may have.", other.ReceiveToEnd());
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _router.Dispose();
    }

    /// <summary>What a client gets that sends one request and waits for the server to close once it has ended its own side.</summary>
    private string Ask(string request)
    {
        using var client = new Wire(_listener.EndPoint);
        client.Send(request);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        return client.ReceiveToEnd();
    }

    private PlainTextListener Start(ListenerOptions options)
    {
        var listener = new PlainTextListener(new IPEndPoint(IPAddress.Loopback, 0), options, _router, TimeProvider.System, new MetricsRegistry(), new RecordingLogger());
        listener.Start();
        return listener;
    }
}
