using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Listeners;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisPubSubTests
{
    [Fact]
    public async Task A_message_reaches_the_subscribers_of_its_channel_and_of_patterns_that_match_it()
    {
        await using var host = new RedisHost();
        using var listener = host.Connect();
        using var publisher = host.Connect();
        listener.Ask("SUBSCRIBE news news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        listener.Ask("PSUBSCRIBE n*s x*", "*3\r\n$10\r\npsubscribe\r\n$3\r\nn*s\r\n:2\r\n*3\r\n$10\r\npsubscribe\r\n$2\r\nx*\r\n:3\r\n");
        publisher.Ask("PUBLISH news hello", ":2\r\n");
        listener.Expect("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
        listener.Expect("*4\r\n$8\r\npmessage\r\n$3\r\nn*s\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
        publisher.Ask("PUBLISH other hello", ":0\r\n");
        publisher.Ask("SPUBLISH news hello", ":0\r\n");
        listener.Ask("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:2\r\n");
        listener.Ask("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:2\r\n");
        publisher.Ask("PUBLISH news again", ":1\r\n");
        listener.Expect("*4\r\n$8\r\npmessage\r\n$3\r\nn*s\r\n$4\r\nnews\r\n$5\r\nagain\r\n");
        listener.Ask("PUNSUBSCRIBE x* nosuch", "*3\r\n$12\r\npunsubscribe\r\n$2\r\nx*\r\n:1\r\n*3\r\n$12\r\npunsubscribe\r\n$6\r\nnosuch\r\n:1\r\n");
        listener.Ask("PUNSUBSCRIBE", "*3\r\n$12\r\npunsubscribe\r\n$3\r\nn*s\r\n:0\r\n");
        listener.Ask("GET k", "$-1\r\n");
    }

    [Fact]
    public async Task A_RESP2_client_that_listens_may_send_little_else_and_a_RESP3_client_anything()
    {
        await using var host = new RedisHost();
        using var two = host.Connect();
        two.Ask("SSUBSCRIBE s", "*3\r\n$10\r\nssubscribe\r\n$1\r\ns\r\n:1\r\n");
        const string Only = ": only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n";
        two.Ask("GET k", $"-ERR Can't execute 'get'{Only}");
        two.Ask("CONFIG GET x", $"-ERR Can't execute 'config|get'{Only}");
        two.Ask("PUBLISH a b", $"-ERR Can't execute 'publish'{Only}");
        two.Ask("HELLO 3", $"-ERR Can't execute 'hello'{Only}");
        two.Ask("PING", "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
        two.Ask("PING x", "*2\r\n$4\r\npong\r\n$1\r\nx\r\n");
        two.Ask("SUNSUBSCRIBE s", "*3\r\n$12\r\nsunsubscribe\r\n$1\r\ns\r\n:0\r\n");
        two.Ask("PING", "+PONG\r\n");

        using var three = host.Connect();
        three.Request("HELLO", "3");
        three.Receive("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:2\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n".Length);
        three.Ask("SUBSCRIBE c", ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        three.Ask("GET k", "_\r\n");
        three.Ask("PING", "+PONG\r\n");
        three.Ask("PUBLISH c m", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n:1\r\n");
        three.Ask("PSUBSCRIBE c*", ">3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:2\r\n");
        three.Ask("UNSUBSCRIBE c", ">3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:1\r\n");
    }

    [Fact]
    public async Task What_one_client_publishes_is_heard_in_its_order_and_pushes_never_break_a_reply()
    {
        await using var host = new RedisHost();
        using var listener = host.Connect();
        using var publisher = host.Connect();
        listener.Request("HELLO", "3");
        await Wait.UntilAsync(() => listener.Socket.Available > 100, "the greeting has come");
        listener.Receive(listener.Socket.Available);
        listener.Ask("SUBSCRIBE c", ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        const int Messages = 3000;
        var publishing = Task.Run(() =>
        {
            publisher.Send(string.Concat(Enumerable.Range(0, Messages).Select(i => Wire.Encode("PUBLISH", "c", $"m{i:d5}"))));
            publisher.Expect(string.Concat(Enumerable.Repeat(":1\r\n", Messages)));
        });
        listener.Send(string.Concat(Enumerable.Range(0, Messages).Select(_ => Wire.Encode("ECHO", "hello"))));
        var text = new StringBuilder();
        var one = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$6\r\nm00000\r\n".Length + "$5\r\nhello\r\n".Length;
        text.Append(Encoding.Latin1.GetString(listener.Receive(one * Messages)));
        await publishing;
        var next = 0;
        var echoes = 0;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '>')
            {
                var expected = $">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$6\r\nm{next++:d5}\r\n";
                Assert.Equal(expected, text.ToString(at, expected.Length));
                at += expected.Length;
            }
            else
            {
                Assert.Equal("$5\r\nhello\r\n", text.ToString(at, "$5\r\nhello\r\n".Length));
                at += "$5\r\nhello\r\n".Length;
                echoes++;
            }
        }

        Assert.Equal((Messages, Messages), (next, echoes));
    }

    [Fact]
    public async Task A_message_is_published_after_the_writes_before_it()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var listener = host.Connect();
        listener.Ask("SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        using var publisher = host.Connect();
        publisher.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("PUBLISH", "c", "m"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        using (var other = host.Connect())
        {
            other.Ask("PING", "+PONG\r\n");
        }

        Assert.Equal(0, listener.Socket.Available);
        host.Router.ReleaseAll();
        publisher.Expect("+OK\r\n:1\r\n");
        listener.Expect("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
    }

    [Fact]
    public async Task Nothing_is_heard_after_the_end_of_a_subscription_was_confirmed()
    {
        await using var host = new RedisHost();
        using var stop = new CancellationTokenSource();
        var publishing = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            // In pipelines, so that messages come all the time.
            using var publisher = host.Connect();
            var pipeline = string.Concat(Enumerable.Repeat(Wire.Encode("PUBLISH", "c", "m"), 50));
            while (!stop.IsCancellationRequested)
            {
                publisher.Send(pipeline);
                publisher.Receive(50 * ":1\r\n".Length);
            }
        })));
        using var listener = host.Connect();
        const string Message = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n";
        for (var round = 0; round < 200; round++)
        {
            listener.Send(Wire.Encode("SUBSCRIBE", "c") + Wire.Encode("UNSUBSCRIBE", "c") + Wire.Encode("PING"));
            listener.Expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n");
            while (Encoding.Latin1.GetString(listener.Receive("$7\r\nmessage\r\n".Length)) == "$7\r\nmessage\r\n")
            {
                listener.Expect(Message["*3\r\n$7\r\nmessage\r\n".Length..] + "*3\r\n");
            }

            listener.Expect("$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n+PONG\r\n"["$7\r\nmessage\r\n".Length..]);
        }

        await stop.CancelAsync();
        await publishing;
    }

    [Fact]
    public async Task A_client_that_does_not_read_what_it_listens_to_is_cut_off_and_the_publisher_goes_on()
    {
        await using var host = new RedisHost(new ListenerOptions { SubscriberOutput = new OutputLimit(1 << 20, 0, TimeSpan.Zero) });
        using var slow = host.Connect(receiveBuffer: 8192);
        slow.Ask("SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        using var good = host.Connect();
        good.Ask("SUBSCRIBE d", "*3\r\n$9\r\nsubscribe\r\n$1\r\nd\r\n:1\r\n");
        using var publisher = host.Connect();
        publisher.Ask("PING", "+PONG\r\n");
        var message = new string('m', 100_000);
        var answers = new HashSet<string>();
        for (var i = 0; i < 1000 && host.Listener.Count == 3; i++)
        {
            publisher.Request("PUBLISH", "c", message);
            answers.Add(Encoding.Latin1.GetString(publisher.Receive(4)));
        }

        await Wait.UntilAsync(() => host.Listener.Count == 2, "the slow client is gone");
        Assert.Contains(":1\r\n", answers);
        Assert.True(host.Log.Has(4006));
        Assert.Contains("catena_pubsub_subscribers_cut_total 1\n", host.Metrics.Print(), StringComparison.Ordinal);
        publisher.Ask("PUBLISH d m", ":1\r\n");
        good.Expect("*3\r\n$7\r\nmessage\r\n$1\r\nd\r\n$1\r\nm\r\n");
    }

    [Fact]
    public async Task A_client_over_the_soft_limit_for_too_long_is_cut_off_though_nothing_new_comes()
    {
        await using var host = new RedisHost(
            new ListenerOptions { SubscriberOutput = new OutputLimit(0, 64 << 10, TimeSpan.FromMilliseconds(1)), MaxReplyBytesQueued = 1 << 20 });
        using var slow = host.Connect(receiveBuffer: 8192);
        slow.Ask("SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        using var publisher = host.Connect();
        publisher.Request("PUBLISH", "c", new string('m', 15 << 20));
        publisher.Expect(":1\r\n");
        await Wait.UntilAsync(() => host.Listener.Count == 1, "the slow client is gone");
        Assert.True(host.Log.Has(4006));
    }

    [Fact]
    public async Task A_client_that_goes_takes_its_subscriptions_with_it()
    {
        await using var host = new RedisHost();
        using var asking = host.Connect();
        using (var client = host.Connect())
        {
            client.Ask("SUBSCRIBE a", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
            client.Ask("PSUBSCRIBE a*", "*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:2\r\n");
            client.Ask("SSUBSCRIBE s", "*3\r\n$10\r\nssubscribe\r\n$1\r\ns\r\n:1\r\n");
            asking.Ask("PUBSUB CHANNELS", "*1\r\n$1\r\na\r\n");
            asking.Ask("PUBSUB CHANNELS b*", "*0\r\n");
            asking.Ask("PUBSUB NUMSUB a b a", "*6\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:0\r\n$1\r\na\r\n:1\r\n");
            asking.Ask("PUBSUB NUMSUB", "*0\r\n");
            asking.Ask("PUBSUB NUMPAT", ":1\r\n");
            asking.Ask("PUBSUB SHARDCHANNELS", "*1\r\n$1\r\ns\r\n");
            asking.Ask("PUBSUB SHARDNUMSUB s", "*2\r\n$1\r\ns\r\n:1\r\n");
            asking.Ask("PUBSUB CHANNELS a b", "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.\r\n");
        }

        await Wait.UntilAsync(() => host.Listener.PubSub.Hub is { Channels.Count: 0, Patterns.Count: 0, Sharded.Count: 0 }, "nobody listens");
        asking.Ask("PUBSUB NUMPAT", ":0\r\n");
    }

    [Fact]
    public async Task Confirmations_come_though_replies_are_off()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(Wire.Encode("CLIENT", "REPLY", "OFF") + Wire.Encode("SUBSCRIBE", "c") + Wire.Encode("PING") + Wire.Encode("UNSUBSCRIBE"));
        client.Expect("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n");
    }

    [Fact]
    public async Task In_cluster_mode_sharded_channels_belong_to_the_node_that_reads_their_slot()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        var (here, there) = (ChannelOf(0), ChannelOf(1));
        var moved = $"-MOVED {HashSlot.Of(Encoding.ASCII.GetBytes(there))} 127.0.0.1:7102\r\n";
        client.Ask($"SPUBLISH {there} m", moved);
        client.Ask($"SSUBSCRIBE {there}", moved);
        client.Ask($"SSUBSCRIBE {here} {there}", "-CROSSSLOT Keys in request don't hash to the same slot\r\n");
        client.Ask($"SPUBLISH {here} m", ":0\r\n");
        client.Ask($"PUBLISH {there} m", ":0\r\n");
        client.Ask($"SSUBSCRIBE {here}", $"*3\r\n$10\r\nssubscribe\r\n${here.Length}\r\n{here}\r\n:1\r\n");
    }

    [Fact]
    public async Task The_name_of_a_channel_may_have_any_bytes_up_to_its_limit()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("SUBSCRIBE", "");
        client.Expect("*3\r\n$9\r\nsubscribe\r\n$0\r\n\r\n:1\r\n");
        client.Request("SUBSCRIBE", new string('c', 8193));
        client.Expect("-ERR the name or pattern of a channel is too long\r\n");
        client.Request("SUBSCRIBE", new string('c', 8192));
        client.Expect("*3\r\n$9\r\nsubscribe\r\n$8192\r\n");
    }

    private static string ChannelOf(int partition) => Enumerable.Range(0, 10_000)
        .Select(i => $"c{i}")
        .First(channel => new PartitionMap(8).Of(Encoding.ASCII.GetBytes(channel)) == new PartitionId((ushort)partition));
}
