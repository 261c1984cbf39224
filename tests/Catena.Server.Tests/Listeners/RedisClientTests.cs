using System.Net;
using Catena.Core.Data;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisClientTests
{
    [Fact]
    public async Task Replies_can_be_turned_off_and_skipped()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(
            Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("SET", "a", "1") + Wire.Encode("NOSUCH") + Wire.Encode("GET")
            + Wire.Encode("DBSIZE") + Wire.Encode("GET", "a") + Wire.Encode("CLIENT", "REPLY", "SKIP") + Wire.Encode("PING")
            + Wire.Encode("CLIENT", "REPLY", "ON") + Wire.Encode("GET", "a") + Wire.Encode("CLIENT", "REPLY", "SKIP") + Wire.Encode("GET", "a")
            + Wire.Encode("PING"));
        client.Expect("+OK\r\n$1\r\n1\r\n+PONG\r\n");
        client.Ask("CLIENT REPLY MAYBE", "-ERR syntax error\r\n");
    }

    [Fact]
    public async Task Silence_keeps_the_order_where_commands_complete_late()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(
            Wire.Encode("SET", "a", "1") + Wire.Encode("CLIENT", "REPLY", "SKIP") + Wire.Encode("SET", "b", "2") + Wire.Encode("PING")
            + Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("SET", "c", "3") + Wire.Encode("CLIENT", "REPLY", "ON"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 3, "the writes are under way");
        host.Router.Release(2);
        host.Router.Release(1);
        host.Router.Release(0);
        client.Expect("+OK\r\n+PONG\r\n+OK\r\n");
        client.Ask("MGET b", "*1\r\n$1\r\n2\r\n");
    }

    [Fact]
    public async Task A_silent_client_that_quits_is_closed()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("SET", "a", "1") + Wire.Encode("QUIT"));
        Assert.Equal("", client.ReceiveToEnd());
        Assert.Equal(["Put a"], host.Router.Started);
    }

    [Fact]
    public async Task Clients_are_listed_by_type_and_number()
    {
        await using var host = new RedisHost();
        using var first = host.Connect();
        first.Ask("CLIENT SETNAME one", "+OK\r\n");
        using var second = host.Connect();
        second.Ask("SUBSCRIBE a b", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n");
        second.Ask("PSUBSCRIBE p*", "*3\r\n$10\r\npsubscribe\r\n$2\r\np*\r\n:3\r\n");
        second.Ask("SSUBSCRIBE s", "*3\r\n$10\r\nssubscribe\r\n$1\r\ns\r\n:1\r\n");
        first.Request("CLIENT", "LIST", "TYPE", "pubsub");
        var listed = first.ReceiveBulk();
        Assert.StartsWith("id=2 ", listed, StringComparison.Ordinal);
        Assert.Contains(" flags=P db=0 sub=2 psub=1 ssub=1 ", listed, StringComparison.Ordinal);
        Assert.Contains(" cmd=ssubscribe ", listed, StringComparison.Ordinal);
        first.Request("CLIENT", "LIST", "TYPE", "NORMAL");
        Assert.Contains(" cmd=client|list ", Assert.Single(first.ReceiveBulk().TrimEnd().Split('\n')), StringComparison.Ordinal);
        first.Request("CLIENT", "LIST", "ID", "2", "7");
        Assert.StartsWith("id=2 ", Assert.Single(first.ReceiveBulk().TrimEnd().Split('\n')), StringComparison.Ordinal);
        first.Request("CLIENT", "LIST", "TYPE", "replica");
        Assert.Equal("", first.ReceiveBulk());
        first.Ask("CLIENT LIST TYPE what", "-ERR Unknown client type 'what'\r\n");
        first.Ask("CLIENT LIST ID x", "-ERR Invalid client ID\r\n");
        first.Ask("CLIENT LIST ID", "-ERR syntax error\r\n");
    }

    [Fact]
    public async Task Clients_are_killed_by_what_fits_them()
    {
        await using var host = new RedisHost();
        using var killer = host.Connect();
        killer.Ask("CLIENT ID", ":1\r\n");
        using var byId = host.Connect();
        byId.Ask("PING", "+PONG\r\n");
        using var byAddress = host.Connect();
        byAddress.Ask("PING", "+PONG\r\n");
        using var byType = host.Connect();
        byType.Ask("SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");

        killer.Ask("CLIENT KILL ID 2", ":1\r\n");
        Assert.True(byId.IsClosed());
        killer.Ask($"CLIENT KILL 127.0.0.1:{((IPEndPoint)byAddress.Socket.LocalEndPoint!).Port}", "+OK\r\n");
        Assert.True(byAddress.IsClosed());
        killer.Ask("CLIENT KILL TYPE pubsub", ":1\r\n");
        Assert.True(byType.IsClosed());
        await Wait.UntilAsync(() => host.Listener.Count == 1, "all others are gone");

        killer.Ask("CLIENT KILL 127.0.0.1:1", "-ERR No such client\r\n");
        killer.Ask("CLIENT KILL ID 99", ":0\r\n");
        killer.Ask("CLIENT KILL ID 1", ":0\r\n");
        killer.Ask("CLIENT KILL MAXAGE 100000", ":0\r\n");
        killer.Ask("CLIENT KILL ID 0", "-ERR client-id should be greater than 0\r\n");
        killer.Ask("CLIENT KILL ID x", "-ERR client-id should be greater than 0\r\n");
        killer.Ask("CLIENT KILL TYPE x", "-ERR Unknown client type 'x'\r\n");
        killer.Ask("CLIENT KILL USER x", "-ERR No such user 'x'\r\n");
        killer.Ask("CLIENT KILL ID 1 SKIPME", "-ERR syntax error\r\n");
        killer.Ask("CLIENT KILL ID 1 SKIPME maybe", "-ERR syntax error\r\n");
        killer.Send(Wire.Encode("CLIENT", "KILL", "USER", "default", "LADDR", $"{host.Listener.EndPoint}", "SKIPME", "no") + Wire.Encode("SET", "a", "1"));
        Assert.Equal(":1\r\n", killer.ReceiveToEnd());
        Assert.Empty(host.Router.Started);
    }

    [Fact]
    public async Task A_pause_holds_writes_or_everything_until_it_is_ended_or_over()
    {
        await using var host = new RedisHost();
        using var pauser = host.Connect();
        using var client = host.Connect();
        client.Ask("SET a 1", "+OK\r\n");
        pauser.Ask("CLIENT PAUSE 600000 WRITE", "+OK\r\n");
        client.Send(Wire.Encode("GET", "a") + Wire.Encode("SET", "a", "2") + Wire.Encode("GET", "a"));
        client.Expect("$1\r\n1\r\n");
        pauser.Ask("GET a", "$1\r\n1\r\n");
        Assert.Equal(0, client.Socket.Available);
        pauser.Ask("CLIENT UNPAUSE", "+OK\r\n");
        client.Expect("+OK\r\n$1\r\n2\r\n");

        pauser.Ask("CLIENT PAUSE 600000 ALL", "+OK\r\n");
        client.Request("GET", "a");
        pauser.Ask("CLIENT ID", ":1\r\n");
        Assert.Equal(0, client.Socket.Available);
        pauser.Ask("CLIENT UNPAUSE", "+OK\r\n");
        client.Expect("$1\r\n2\r\n");

        pauser.Ask("CLIENT PAUSE 30", "+OK\r\n");
        client.Ask("GET a", "$1\r\n2\r\n");
        pauser.Ask("CLIENT PAUSE x", "-ERR timeout is not an integer or out of range\r\n");
        pauser.Ask("CLIENT PAUSE -1", "-ERR timeout is negative\r\n");
        pauser.Ask("CLIENT PAUSE 1 SOME", "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n");
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_pause()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CLIENT PAUSE 600000", "+OK\r\n");
        client.Request("SET", "a", "1");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await host.Listener.StopAsync(deadline.Token);
        Assert.False(deadline.IsCancellationRequested);
    }

    [Fact]
    public async Task What_is_not_supported_is_refused_and_what_asks_only_is_answered()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CLIENT TRACKING ON", "-ERR CLIENT TRACKING is not supported: this server does not remember what clients have read\r\n");
        client.Ask("CLIENT TRACKING OFF", "+OK\r\n");
        client.Ask("CLIENT TRACKINGINFO", "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n");
        client.Ask("CLIENT GETREDIR", ":-1\r\n");
        client.Ask("CLIENT UNBLOCK 5", ":0\r\n");
        client.Ask("CLIENT UNBLOCK x", "-ERR value is not an integer or out of range\r\n");
        client.Ask("CLIENT NO-TOUCH ON", "+OK\r\n");
        client.Ask("CLIENT SETINFO LIB-NAME lib", "+OK\r\n");
        client.Ask("CLIENT SETINFO LIB-VER 1.0", "+OK\r\n");
        client.Ask("CLIENT SETINFO LIB-WHAT x", "-ERR Unrecognized option 'LIB-WHAT'\r\n");
        client.Request("CLIENT", "INFO");
        Assert.Contains(" lib-name=lib lib-ver=1.0\n", client.ReceiveBulk(), StringComparison.Ordinal);
        client.Request("CLIENT", "HELP");
        client.Expect("*");
    }

    [Fact]
    public async Task Reset_forgets_everything_about_the_client()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("HELLO", "3", "SETNAME", "me");
        client.Expect("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n"
            + "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n");
        client.Ask("SUBSCRIBE c", ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        client.Send(Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("RESET"));
        client.Expect("+RESET\r\n");
        client.Ask("CLIENT GETNAME", "$-1\r\n");
        using var other = host.Connect();
        other.Ask("PUBLISH c m", ":0\r\n");
        client.Ask("PING", "+PONG\r\n");
    }
}
