using System.Net.Sockets;
using System.Text;
using Catena.Core.Data;
using Catena.Server.Listeners;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task A_pipeline_is_answered_in_order()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("INCR", "a") + Wire.Encode("GET", "a") + Wire.Encode("PING") + "PING\r\n"
            + Wire.Encode("NOSUCH", "x") + Wire.Encode("DEL", "a") + Wire.Encode("GET", "a"));
        client.Expect("+OK\r\n:2\r\n$1\r\n2\r\n+PONG\r\n+PONG\r\n-ERR unknown command 'NOSUCH', with args beginning with: 'x' \r\n:1\r\n$-1\r\n");
    }

    [Fact]
    public async Task Requests_may_arrive_byte_by_byte()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        foreach (var letter in Wire.Encode("SET", "key", "value") + "GET key\r\n" + Wire.Encode("GET", "key"))
        {
            client.Send([(byte)letter]);
        }

        client.Expect("+OK\r\n$5\r\nvalue\r\n$5\r\nvalue\r\n");
    }

    [Fact]
    public async Task A_pipeline_larger_than_the_receive_buffer_is_answered_wholly()
    {
        await using var host = new RedisHost(new ListenerOptions { ReceiveBufferBytes = 1024, MaxReplyBytesQueued = 4096 });
        using var client = host.Connect();
        var requests = new StringBuilder();
        var replies = new StringBuilder();
        for (var i = 0; i < 5000; i++)
        {
            requests.Append(Wire.Encode("SET", $"key-{i}", $"value-{i}")).Append(Wire.Encode("GET", $"key-{i}"));
            replies.Append($"+OK\r\n${$"value-{i}".Length}\r\nvalue-{i}\r\n");
        }

        var sending = Task.Run(() => client.Send(requests.ToString()));
        client.Expect(replies.ToString());
        await sending;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Replies_keep_their_order_where_commands_complete_in_any_order_on_other_threads(int seed)
    {
        await using var host = new RedisHost(new ListenerOptions { MaxCommandsUnderWay = 40 });
        host.Router.Scatter(seed);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => RunMixed(host, number, seed))));
    }

    [Fact]
    public async Task Writes_are_started_without_waiting_for_one_another()
    {
        await using var host = new RedisHost();
        host.Router.Holds = _ => true;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("INCR", "b") + Wire.Encode("PING") + Wire.Encode("SET", "c", "1"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 3, "three writes are under way");

        host.Router.Release(2);
        host.Router.Release(1);
        Assert.Equal(0, client.Socket.Available);
        host.Router.Release(0);
        client.Expect("+OK\r\n:1\r\n+PONG\r\n+OK\r\n");
    }

    [Fact]
    public async Task A_read_starts_only_after_every_write_before_it_has_completed()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("SET", "b", "2") + Wire.Encode("GET", "c") + Wire.Encode("SET", "d", "3"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 2, "both writes are under way");
        host.Router.Release(1);

        // Another client is served meanwhile, which also shows that this one's pump has had its turn.
        using (var other = host.Connect())
        {
            other.Ask("GET x", "$-1\r\n");
        }

        Assert.Equal(["Put a", "Put b", "Get x"], host.Router.Started);
        host.Router.Release(0);
        client.Expect("+OK\r\n+OK\r\n$-1\r\n");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write after the read is under way");
        Assert.Equal(["Put a", "Put b", "Get x", "Get c", "Put d"], host.Router.Started);
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n");
    }

    [Fact]
    public async Task A_write_starts_only_after_every_read_before_it_has_completed()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Get;
        using var client = host.Connect();
        client.Send(Wire.Encode("GET", "a") + Wire.Encode("GET", "b") + Wire.Encode("SET", "a", "1"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 2, "both reads are under way");
        host.Router.Release(1);
        Assert.Equal(["Get a", "Get b"], host.Router.Started);
        host.Router.Release(0);
        client.Expect("$-1\r\n$-1\r\n+OK\r\n");
    }

    [Fact]
    public async Task Requests_about_all_partitions_wait_for_everything_before_and_hold_everything_behind()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind is CommandKind.Put or CommandKind.Count;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("DBSIZE") + Wire.Encode("GET", "a"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.Release(0);
        await Wait.UntilAsync(() => host.Router.HeldCount == 8, "all partitions are asked");
        Assert.DoesNotContain("Get a", host.Router.Started);
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n:1\r\n$1\r\n1\r\n");
    }

    [Fact]
    public async Task No_more_commands_are_started_than_the_limit_allows()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxCommandsUnderWay = 10 });
        host.Router.Holds = _ => true;
        using var client = host.Connect();
        client.Send(string.Concat(Enumerable.Range(0, 25).Select(i => Wire.Encode("SET", $"k{i}", "v"))));
        await Wait.UntilAsync(() => host.Router.HeldCount == 10, "ten commands are under way");
        host.Router.Release(0);
        await Wait.UntilAsync(() => host.Router.Started.Count == 11, "an eleventh has taken the place of the first");
        Assert.Equal(10, host.Router.HeldCount);
        host.Router.Holds = _ => false;
        host.Router.ReleaseAll();
        client.Expect(string.Concat(Enumerable.Repeat("+OK\r\n", 25)));
    }

    [Fact]
    public async Task No_more_bytes_of_requests_are_under_way_than_the_limit_allows()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxRequestBytesUnderWay = 10_000 });
        host.Router.Holds = _ => true;
        using var client = host.Connect();
        client.Send(string.Concat(Enumerable.Range(0, 6).Select(i => Wire.Encode("SET", $"k{i}", new string('v', 6000)))));
        await Wait.UntilAsync(() => host.Router.HeldCount == 2, "two requests are under way, the second beyond the limit");
        host.Router.Release(0);
        await Wait.UntilAsync(() => host.Router.Started.Count == 3, "a third has taken the place of the first");
        host.Router.Holds = _ => false;
        host.Router.ReleaseAll();
        client.Expect(string.Concat(Enumerable.Repeat("+OK\r\n", 6)));
    }

    /// <summary>The rest stays with the client, whose system holds it back.</summary>
    [Fact]
    public async Task Nothing_more_is_received_while_there_is_too_much_under_way()
    {
        const int Requests = 50;
        await using var host = new RedisHost(new ListenerOptions { MaxCommandsUnderWay = 1 });
        host.Router.Holds = _ => true;
        using var client = host.Connect();
        var request = Wire.Encode("SET", "key", new string('v', 6000));
        client.Send(string.Concat(Enumerable.Repeat(request, Requests)));
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the first is under way");
        var received = host.Listener.Metrics.BytesReceived.Value;
        var taken = 1;
        for (; (taken + 1) * request.Length <= received; taken++)
        {
            host.Router.Release(0);
            await Wait.UntilAsync(() => host.Router.Started.Count == taken + 1, "the next is under way");
            Assert.Equal(received, host.Listener.Metrics.BytesReceived.Value);
        }

        host.Router.Holds = _ => false;
        host.Router.ReleaseAll();
        client.Expect(string.Concat(Enumerable.Repeat("+OK\r\n", Requests)));
        Assert.InRange(taken, 2, Requests - 1);
    }

    [Fact]
    public async Task A_client_that_does_not_read_stalls_itself_only()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxReplyBytesQueued = 256 << 10 });
        using var writer = host.Connect();
        var value = new string('v', 100_000);
        writer.Request("SET", "big", value);
        writer.Expect("+OK\r\n");

        const int Gets = 400;
        using var slow = host.Connect(receiveBuffer: 8192);
        await Wait.UntilAsync(() => host.Listener.Count == 2, "the slow client is connected");
        var request = Wire.Encode("GET", "big");
        slow.Send(string.Concat(Enumerable.Repeat(request, Gets)));
        var connection = host.Listener.Connections[^1];
        await Wait.UntilAsync(() => connection.QueuedBytes >= 256 << 10, "replies wait for the slow client");
        var started = host.Router.Started.Count;
        Assert.True(started < Gets, $"all {started} commands were executed though nobody read their replies");
        Assert.True(connection.QueuedBytes < 1 << 20, $"{connection.QueuedBytes} bytes wait for a client that does not read");

        writer.Ask("GET nothing", "$-1\r\n");
        var reply = $"$100000\r\n{value}\r\n";
        for (var i = 0; i < Gets; i++)
        {
            slow.Expect(reply);
        }
    }

    [Fact]
    public async Task A_client_that_goes_in_the_middle_hurts_nobody_and_leaves_nothing_behind()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using (var client = host.Connect())
        {
            client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("SET", "b", "1") + "*3\r\n$3\r\nSET\r\n$1\r\nc");
            await Wait.UntilAsync(() => host.Router.HeldCount == 2, "two writes are under way");
            client.Socket.LingerState = new LingerOption(true, 0);
        }

        await Wait.UntilAsync(() => host.Listener.Count == 0, "the reset was noticed");
        using var other = host.Connect();
        other.Ask("PING", "+PONG\r\n");
        host.Router.ReleaseAll();
        other.Ask("GET a", "$1\r\n1\r\n");
        Assert.DoesNotContain("Put c", host.Router.Started);
    }

    [Fact]
    public async Task A_client_that_only_stops_sending_gets_its_replies()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("GET", "a"));
        client.Socket.Shutdown(SocketShutdown.Send);
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.ReleaseAll();
        Assert.Equal("+OK\r\n$1\r\n1\r\n", client.ReceiveToEnd());
    }

    [Fact]
    public async Task Quit_answers_what_came_before_and_closes()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("QUIT") + Wire.Encode("SET", "b", "1"));
        Assert.Equal("+OK\r\n+OK\r\n", client.ReceiveToEnd());
        Assert.Equal(["Put a"], host.Router.Started);
    }

    [Theory]
    [InlineData("*1\r\n$2000000000\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("*2147483647\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("*1\r\n:5\r\n", "-ERR Protocol error: expected '$', got ':'\r\n")]
    [InlineData("*1\r\n$4\r\nPINGxx", "-ERR Protocol error: expected CRLF after bulk\r\n")]
    [InlineData("GET \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    public async Task What_is_no_request_gets_an_error_in_its_place_and_the_connection_ends(string bytes, string error)
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + bytes);
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.ReleaseAll();
        Assert.Equal("+OK\r\n" + error, client.ReceiveToEnd());
        await Wait.UntilAsync(() => host.Listener.Count == 0, "the connection is gone");
    }

    [Fact]
    public async Task An_endless_line_is_refused_before_it_takes_memory()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(new string('x', 64 * 1024));
        Assert.Equal("-ERR Protocol error: too big inline request\r\n", client.ReceiveToEnd());
    }

    [Fact]
    public async Task A_request_of_the_greatest_length_is_taken_and_one_byte_more_is_refused()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxRequestBytes = 1 << 20 }, maxValueBytes: 1 << 20);
        using (var client = host.Connect())
        {
            client.Request("SET", "k", new string('v', 1 << 20));
            client.Expect("+OK\r\n");
            client.Request("STRLEN", "k");
            client.Expect(":1048576\r\n");
            client.Send($"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${(1 << 20) + 1}\r\n");
            Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", client.ReceiveToEnd());
        }

        // Many arguments that together are too long, sent up to the very limit.
        using var many = host.Connect();
        var argument = new string('v', 100_000);
        many.Send("*100\r\n$4\r\nMSET\r\n");
        try
        {
            for (var i = 0; i < 99; i++)
            {
                many.Send($"$100000\r\n{argument}\r\n");
            }
        }
        catch (SocketException)
        {
            // The server had heard enough.
        }

        Assert.True(many.IsClosed() || many.ReceiveToEnd().Contains("too big request", StringComparison.Ordinal));
        using var other = host.Connect();
        other.Ask("PING", "+PONG\r\n");
    }

    [Fact]
    public async Task The_receive_buffer_shrinks_after_a_large_request()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("SET", "k", new string('v', 1 << 20));
        client.Expect("+OK\r\n");
        client.Ask("PING", "+PONG\r\n");
        var connection = Assert.Single(host.Listener.Connections);
        await Wait.UntilAsync(() => connection.Socket.ReceiveCapacity <= 32 << 10, "the buffer is small again");
    }

    [Fact]
    public async Task A_failure_inside_the_server_costs_only_the_connection_it_happened_to()
    {
        await using var host = new RedisHost();
        host.Router.ThrowsFor = "poison";
        using var victim = host.Connect();
        using var other = host.Connect();
        other.Ask("SET a 1", "+OK\r\n");
        victim.Request("GET", "poison");
        Assert.True(victim.IsClosed());
        other.Ask("GET a", "$1\r\n1\r\n");
        Assert.True(host.Log.Has(4003));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reply_that_breaks_off_is_not_sent(bool late)
    {
        await using var host = new RedisHost();
        host.Router.BreaksFor = "broken";
        host.Router.Holds = _ => late;
        using var client = host.Connect();
        client.Request("GET", "broken");
        await Wait.UntilAsync(() => host.Router.Started.Count == 1, "the command has started");
        host.Router.ReleaseAll();
        Assert.True(client.IsClosed());
        Assert.True(host.Log.Has(4003));
    }

    [Fact]
    public void A_limit_that_lets_nothing_through_is_refused_at_the_start() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RedisHost(new ListenerOptions { MaxCommandsUnderWay = 0 }));

    [Fact]
    public async Task One_client_too_many_is_told_so_and_there_is_room_again_afterwards()
    {
        await using var host = new RedisHost(new ListenerOptions { MaxClients = 2 });
        using var first = host.Connect();
        first.Ask("PING", "+PONG\r\n");
        using (var second = host.Connect())
        {
            second.Ask("PING", "+PONG\r\n");
            using var third = host.Connect();
            Assert.Equal("-ERR max number of clients reached\r\n", third.ReceiveToEnd());
        }

        await Wait.UntilAsync(() => host.Listener.Count == 1, "the second client is gone");
        using var fourth = host.Connect();
        fourth.Ask("PING", "+PONG\r\n");
    }

    [Fact]
    public async Task Stopping_answers_what_is_under_way_and_closes()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        using var idle = host.Connect();
        idle.Ask("PING", "+PONG\r\n");
        client.Request("SET", "a", "1");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var stopping = host.Listener.StopAsync(deadline.Token);
        Assert.Equal("", idle.ReceiveToEnd());
        Assert.False(stopping.IsCompleted);
        host.Router.ReleaseAll();
        Assert.Equal("+OK\r\n", client.ReceiveToEnd());
        await stopping;
        Assert.False(deadline.IsCancellationRequested);
    }

    [Fact]
    public async Task Stopping_does_not_wait_longer_than_the_deadline()
    {
        await using var host = new RedisHost();
        host.Router.Holds = _ => true;
        using var client = host.Connect();
        client.Request("SET", "a", "1");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        using var deadline = new CancellationTokenSource();
        var stopping = host.Listener.StopAsync(deadline.Token);
        await deadline.CancelAsync();
        await stopping;
        Assert.True(client.IsClosed());
        host.Router.ReleaseAll();
    }

    private static void RunMixed(RedisHost host, int number, int seed)
    {
        var random = new Random((seed * 100) + number);
        using var client = host.Connect();
        var counters = new long[5];
        for (var batch = 0; batch < 30; batch++)
        {
            var requests = new StringBuilder();
            var replies = new StringBuilder();
            for (var i = random.Next(1, 100); i > 0; i--)
            {
                var key = random.Next(counters.Length);
                var name = $"c{number}-{key}";
                switch (random.Next(6))
                {
                    case 0:
                        requests.Append(Wire.Encode("PING", $"{i}"));
                        replies.Append($"${$"{i}".Length}\r\n{i}\r\n");
                        break;
                    case 1:
                        var value = $"{counters[key]}";
                        requests.Append(Wire.Encode("GET", name));
                        replies.Append(counters[key] == 0 ? "$-1\r\n" : $"${value.Length}\r\n{value}\r\n");
                        break;
                    case 2:
                        requests.Append(Wire.Encode("SCAN", "0", "TYPE", "list"));
                        replies.Append("*2\r\n$1\r\n0\r\n*0\r\n");
                        break;
                    default:
                        requests.Append(Wire.Encode("INCR", name));
                        replies.Append($":{++counters[key]}\r\n");
                        break;
                }
            }

            client.Send(requests.ToString());
            client.Expect(replies.ToString());
        }
    }
}
