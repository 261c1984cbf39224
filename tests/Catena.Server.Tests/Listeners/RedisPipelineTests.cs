using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Server.Tests.Listeners;

/// <summary>Requests that come together: GETs among them are looked up as runs, and nobody can tell.</summary>
public sealed class RedisPipelineTests
{
    [Fact]
    public async Task Gets_that_come_together_are_looked_up_together_and_answered_in_order()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("SET a 1", "+OK\r\n");
        client.Ask("SET long " + new string('x', 300), "+OK\r\n");
        client.Send(Wire.Encode("SET", "empty", ""));
        client.Expect("+OK\r\n");
        client.Send(string.Concat(new[] { "a", "none", "empty", "long", "a" }.Select(key => Wire.Encode("GET", key))));
        client.Expect($"$1\r\n1\r\n$-1\r\n$0\r\n\r\n$300\r\n{new string('x', 300)}\r\n$1\r\n1\r\n");
        Assert.Equal(5, host.Router.LookedUp);
    }

    [Fact]
    public async Task What_is_absent_is_answered_in_the_version_of_the_client()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("HELLO", "3") + Wire.Encode("GET", "a") + Wire.Encode("GET", "b"));
        Assert.EndsWith("_\r\n_\r\n", ReceiveUntil(client, "_\r\n_\r\n"), StringComparison.Ordinal);
        Assert.Equal(2, host.Router.LookedUp);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Where_a_run_ends_early_the_rest_is_answered_one_by_one(int looksUp)
    {
        await using var host = new RedisHost();
        host.Router.LooksUp = looksUp;
        using var client = host.Connect();
        client.Ask("SET a 1", "+OK\r\n");
        client.Send(string.Concat(Enumerable.Range(0, 100).Select(number => Wire.Encode("GET", number % 2 == 0 ? "a" : "b"))));
        client.Expect(string.Concat(Enumerable.Repeat("$1\r\n1\r\n$-1\r\n", 50)));
        Assert.Equal(looksUp > 0, host.Router.LookedUp > 0);
    }

    /// <summary>However the bytes of a pipeline arrive, and whatever stands between its GETs.</summary>
    [Fact]
    public async Task A_mixed_pipeline_is_answered_in_order_wherever_it_is_cut()
    {
        await using var host = new RedisHost();
        var request = Wire.Encode("SET", "k", "v") + Wire.Encode("GET", "k") + Wire.Encode("get", "k") + "GET k\r\n" + Wire.Encode("GET", "k") + Wire.Encode("GET")
            + Wire.Encode("GET", "k") + Wire.Encode("GET", "k") + Wire.Encode("PING") + Wire.Encode("GeT", "k") + Wire.Encode("GET", "") + Wire.Encode("GET", "k");
        const string Value = "$1\r\nv\r\n";
        var reply = $"+OK\r\n{Value}{Value}{Value}{Value}-ERR wrong number of arguments for 'get' command\r\n{Value}{Value}+PONG\r\n{Value}-ERR invalid key: it must have 1 to 65535 bytes\r\n{Value}";
        for (var cut = 0; cut <= request.Length; cut++)
        {
            using var client = host.Connect();
            client.Send(request[..cut]);
            if (cut % 7 == 0)
            {
                // Something of the first part has been answered before the rest comes.
                client.Expect(reply[..RepliesTo(cut)]);
                client.Send(request[cut..]);
                client.Expect(reply[RepliesTo(cut)..]);
            }
            else
            {
                client.Send(request[cut..]);
                client.Expect(reply);
            }
        }

        int RepliesTo(int bytes) => bytes < Wire.Encode("SET", "k", "v").Length ? 0 : "+OK\r\n".Length;
    }

    [Fact]
    public async Task Replies_that_are_not_wanted_are_not_sent()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("CLIENT", "REPLY", "SKIP") + Wire.Encode("GET", "a") + Wire.Encode("GET", "b") + Wire.Encode("GET", "c"));
        client.Expect("$-1\r\n$-1\r\n");
        client.Send(Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("GET", "a") + Wire.Encode("GET", "b") + Wire.Encode("CLIENT", "REPLY", "ON") + Wire.Encode("GET", "c"));
        client.Expect("+OK\r\n$-1\r\n");
    }

    [Fact]
    public async Task Gets_of_a_transaction_are_queued()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("MULTI") + Wire.Encode("GET", "a") + Wire.Encode("GET", "b") + Wire.Encode("DISCARD") + Wire.Encode("GET", "a") + Wire.Encode("GET", "b"));
        client.Expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+OK\r\n$-1\r\n$-1\r\n");
        Assert.Equal(2, host.Router.LookedUp);
    }

    [Fact]
    public async Task Gets_wait_for_the_writes_before_them()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("GET", "k") + Wire.Encode("GET", "k") + Wire.Encode("SET", "k", "v") + Wire.Encode("GET", "k") + Wire.Encode("GET", "k"));
        client.Expect("$-1\r\n$-1\r\n");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the put waits");
        Assert.Equal(["Get k", "Get k", "Put k"], host.Router.Started);
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n$1\r\nv\r\n$1\r\nv\r\n");
    }

    [Fact]
    public async Task Gets_that_wait_behind_a_pause_are_answered_after_it()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        using var other = host.Connect();
        other.Ask("CLIENT PAUSE 100000", "+OK\r\n");
        client.Send(Wire.Encode("GET", "a") + Wire.Encode("GET", "b"));
        other.Ask("CLIENT UNPAUSE", "+OK\r\n");
        client.Expect("$-1\r\n$-1\r\n");
    }

    [Fact]
    public async Task Keys_of_another_node_end_a_run_with_its_address()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        var (here, there) = (RedisClusterTests.KeyOf(0), RedisClusterTests.KeyOf(1));
        client.Send(Wire.Encode("GET", here) + Wire.Encode("GET", here) + Wire.Encode("GET", there) + Wire.Encode("GET", here));
        client.Expect($"$-1\r\n$-1\r\n-MOVED {HashSlot.Of(Encoding.ASCII.GetBytes(there))} 127.0.0.1:7102\r\n$-1\r\n");
    }

    [Fact]
    public async Task Every_get_of_a_run_is_counted_and_timed_where_that_is_wanted()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(string.Concat(Enumerable.Repeat(Wire.Encode("GET", "a"), 40)));
        client.Expect(string.Concat(Enumerable.Repeat("$-1\r\n", 40)));
        client.Request("INFO", "commandstats");
        Assert.Contains("cmdstat_get:calls=40,", client.ReceiveBulk(), StringComparison.Ordinal);
        client.Ask("CONFIG SET slowlog-log-slower-than 0", "+OK\r\n");
        var before = host.Listener.SlowLog.Count;
        client.Send(Wire.Encode("GET", "a") + Wire.Encode("GET", "b"));
        client.Expect("$-1\r\n$-1\r\n");
        await Wait.UntilAsync(() => host.Listener.SlowLog.Count >= before + 2, "both were noted");
        Assert.Equal(40, host.Router.LookedUp);
    }

    private static string ReceiveUntil(Wire client, string end)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            text.Append((char)client.Receive(1)[0]);
        }

        return text.ToString();
    }
}
