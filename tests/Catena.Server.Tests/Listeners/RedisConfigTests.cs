using Catena.Server.Listeners;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisConfigTests
{
    [Theory]
    [InlineData("CONFIG SET nosuch 1", "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'\r\n")]
    [InlineData("CONFIG SET databases 2", "-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config\r\n")]
    [InlineData("CONFIG SET databases 1", "+OK\r\n")]
    [InlineData("CONFIG SET timeout -1", "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive\r\n")]
    [InlineData("CONFIG SET timeout x", "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer\r\n")]
    [InlineData("CONFIG SET TIMEOUT 1 timeout 2", "-ERR CONFIG SET failed (possibly related to argument 'timeout') - duplicate parameter\r\n")]
    [InlineData("CONFIG SET timeout", "-ERR wrong number of arguments for 'config|set' command\r\n")]
    [InlineData("CONFIG SET timeout 1 maxclients", "-ERR syntax error\r\n")]
    [InlineData("CONFIG SET proto-max-bulk-len 1", "-ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be between 1048576 and 16777216 inclusive\r\n")]
    [InlineData("CONFIG SET proto-max-bulk-len 1mbx", "-ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be a memory value\r\n")]
    [InlineData("CONFIG SET client-output-buffer-limit pubsub", "-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer limit configuration.\r\n")]
    [InlineData("CONFIG GET SaVe", "*2\r\n$4\r\nSaVe\r\n$0\r\n\r\n")]
    [InlineData("CONFIG GET", "-ERR wrong number of arguments for 'config|get' command\r\n")]
    [InlineData("CONFIG REWRITE", "-ERR The server is running without a config file\r\n")]
    [InlineData("CONFIG RESETSTAT", "+OK\r\n")]
    public async Task What_cannot_be_set_is_refused_in_Rediss_words(string request, string reply)
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask(request, reply);
    }

    [Fact]
    public async Task All_of_one_request_is_set_or_nothing()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CONFIG SET timeout 7 port 1", "-ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config\r\n");
        client.Ask("CONFIG GET timeout", "*2\r\n$7\r\ntimeout\r\n$1\r\n0\r\n");
        client.Ask("CONFIG SET timeout 7 tcp-keepalive 60 slowlog-max-len 3", "+OK\r\n");
        client.Ask("CONFIG GET tcp-k* time*", "*4\r\n$13\r\ntcp-keepalive\r\n$2\r\n60\r\n$7\r\ntimeout\r\n$1\r\n7\r\n");
        Assert.True(host.Log.Has(4007, "timeout"));
    }

    [Fact]
    public async Task Fewer_clients_can_be_let_in_at_run_time()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CONFIG SET maxclients 1", "+OK\r\n");
        using (var second = host.Connect())
        {
            Assert.Equal("-ERR max number of clients reached\r\n", second.ReceiveToEnd());
        }

        client.Ask("CONFIG SET maxclients 2", "+OK\r\n");
        using var third = host.Connect();
        third.Ask("PING", "+PONG\r\n");
    }

    [Fact]
    public async Task Idle_clients_are_closed_and_those_that_listen_are_not()
    {
        await using var host = new RedisHost(new ListenerOptions { IdleTimeout = TimeSpan.FromMilliseconds(1) });
        using var listening = host.Connect();
        listening.Ask("SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        using var idle = host.Connect();
        idle.Ask("PING", "+PONG\r\n");
        Assert.Equal("", idle.ReceiveToEnd());
        listening.Ask("PING", "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    }

    [Fact]
    public async Task Shorter_arguments_can_be_demanded_of_new_clients()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CONFIG SET proto-max-bulk-len 1mb", "+OK\r\n");
        client.Ask("CONFIG GET proto-max-bulk-len", "*2\r\n$18\r\nproto-max-bulk-len\r\n$7\r\n1048576\r\n");
        using var other = host.Connect();
        other.Send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n");
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", other.ReceiveToEnd());
    }

    [Fact]
    public async Task The_limit_for_subscribers_is_set_by_class()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0 pubsub 4mb 1mb 30");
        client.Expect("+OK\r\n");
        Assert.Equal(new OutputLimit(4 << 20, 1 << 20, TimeSpan.FromSeconds(30)), host.Listener.Options.SubscriberOutput);
        client.Request("CONFIG", "GET", "client-output-buffer-limit");
        client.Expect("*2\r\n$26\r\nclient-output-buffer-limit\r\n$50\r\nnormal 0 0 0 slave 0 0 0 pubsub 4194304 1048576 30\r\n");
        client.Request("CONFIG", "SET", "client-output-buffer-limit", "normal 1 0 0");
        client.Expect("-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - only the class pubsub can have limits here\r\n");
        client.Request("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1 x 0");
        client.Expect("-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds setting in buffer limit configuration.\r\n");
    }
}
