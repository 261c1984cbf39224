using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Client;

/// <summary>What the client does when the server is wrong, silent or gone, which a real server cannot be made to be.</summary>
public sealed class ZooKeeperClientTests
{
    [Fact]
    public async Task Nothing_is_written_before_the_handshake_is_answered()
    {
        var connects = 0;
        await using var server = new ScriptedServer(async (connection, number) =>
        {
            await connection.GreetAsync();
            if (number == 0)
            {
                Assert.Equal(OpCode.Exists, (await connection.RequestAsync()).Type);
                await connection.ReplyAsync(1, ErrorCode.Ok, default(Stat).Write);
                return;
            }

            connects++;
            Assert.Equal(OpCode.SetWatches, (await connection.RequestAsync()).Type);
            await connection.ReplyAsync(SpecialXid.SetWatches, ErrorCode.Ok);
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        await client.ExistsAsync("/a", _ => { });
        await Eventually.TrueAsync("the client is back", () => connects == 1);
        await client.WaitForConnectedAsync().Soon();
    }

    [Fact]
    public async Task A_reply_out_of_turn_breaks_the_connection_and_open_requests_fail()
    {
        await using var server = new ScriptedServer(async (connection, number) =>
        {
            await connection.GreetAsync();
            if (number > 0)
            {
                await connection.ServeAsync();
            }

            await connection.RequestAsync();
            await connection.ReplyAsync(2, ErrorCode.Ok, default(Stat).Write);
            await connection.ListenAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => client.ExistsAsync("/a").Soon());
        Assert.Equal((ErrorCode.ConnectionLoss, true), (failure.Code, failure.OutcomeUnknown));
        await client.WaitForConnectedAsync().Soon();
        Assert.NotNull(await client.ExistsAsync("/a"));
    }

    [Fact]
    public async Task An_unknown_error_is_carried_as_its_number()
    {
        await using var server = new ScriptedServer(async (connection, _) =>
        {
            await connection.GreetAsync();
            var request = await connection.RequestAsync();
            await connection.ReplyAsync(request.Xid, (ErrorCode)(-9999));
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => client.DeleteAsync("/a"));
        Assert.Equal(-9999, (int)failure.Code);
        Assert.Equal("/a", failure.Path);
        Assert.False(failure.OutcomeUnknown);
    }

    [Fact]
    public async Task Another_session_in_place_of_the_old_one_is_expiry()
    {
        var hangUp = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (connection, number) =>
        {
            var request = await connection.GreetAsync(sessionId: 77 + number);
            Assert.Equal(number == 0 ? 0 : 77, request.SessionId);
            if (number > 0)
            {
                await connection.ListenAsync();
            }

            await hangUp.Task;
        });
        await using var client = await ConnectAsync(server.ConnectString);
        hangUp.SetResult();
        await Eventually.TrueAsync("the session has expired", () => client.State == SessionState.Expired);
        Assert.Equal(77, client.SessionId);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_left_for_another()
    {
        await using var behind = new ScriptedServer(static async (connection, _) => await connection.ReceiveAsync());
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            await connection.ServeAsync();
        });
        for (var i = 0; i < 5; i++)
        {
            await using var client = await ConnectAsync($"{behind.ConnectString},{server.ConnectString}");
            Assert.Equal(SessionState.Connected, client.State);
        }
    }

    [Fact]
    public async Task An_idle_client_pings_and_leaves_a_silent_server_and_gives_up_at_four_thirds()
    {
        var time = new ManualTime();
        var pings = 0;
        await using var server = new ScriptedServer(async (connection, number) =>
        {
            if (number > 0)
            {
                return;
            }

            await connection.GreetAsync(timeout: 6000);
            while (true)
            {
                Assert.Equal(OpCode.Ping, (await connection.RequestAsync()).Type);
                Interlocked.Increment(ref pings);
            }
        });
        await using var client = await ConnectAsync(server.ConnectString, time);
        var connected = time.GetTimestamp();

        // The read timeout is 4 s, so a ping is due at 1 s, the session is in doubt at 4 s and over at 8 s.
        await time.AdvanceUntil(() => Volatile.Read(ref pings) > 0, "the client pings");
        Assert.InRange(time.GetElapsedTime(connected).TotalSeconds, 1, double.MaxValue);
        await time.AdvanceUntil(() => client.State != SessionState.Connected, "the client gives up the connection");
        Assert.InRange(time.GetElapsedTime(connected).TotalSeconds, 4, double.MaxValue);
        await time.AdvanceUntil(() => client.State == SessionState.Expired, "the client gives up the session");
        Assert.InRange(time.GetElapsedTime(connected).TotalSeconds, 8, double.MaxValue);
    }

    [Fact]
    public async Task A_request_over_the_limit_is_refused_and_harms_nothing()
    {
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SetDataAsync("/a", new byte[0x100000], -1));
        Assert.NotNull(await client.ExistsAsync("/a").Soon());
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task A_malformed_path_is_refused_before_anything_is_sent()
    {
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        await Assert.ThrowsAsync<ArgumentException>(() => client.ExistsAsync("a"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateAsync("/a/", default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.MultiAsync([new DeleteOp("/a//b", -1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.MultiAsync([new SetAclOp("/a", Acl.Open, -1)]));
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_and_not_the_connection()
    {
        var release = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (connection, _) =>
        {
            await connection.GreetAsync();
            var request = await connection.RequestAsync();
            await release.Task;
            await connection.ReplyAsync(request.Xid, ErrorCode.Ok, default(Stat).Write);
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        using var cancel = new CancellationTokenSource();
        var exists = client.ExistsAsync("/a", null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exists);
        release.SetResult();
        Assert.NotNull(await client.ExistsAsync("/b").Soon());
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_keep_others_from_being_told()
    {
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            for (var i = 0; i < 2; i++)
            {
                var request = await connection.RequestAsync();
                await connection.ReplyAsync(request.Xid, ErrorCode.Ok, default(Stat).Write);
            }

            await connection.ReplyAsync(SpecialXid.WatchEvent, ErrorCode.Ok, new WatchedEvent(WatchedEventType.NodeDeleted, "/a").Write);
            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString);
        var told = new Heard<WatchedEvent>();
        await client.ExistsAsync("/a", _ => throw new InvalidOperationException("on purpose"));
        await client.ExistsAsync("/a", told.Tell);
        Assert.Equal("/a", (await told.Next()).Path);
    }

    [Fact]
    public async Task A_closed_client_says_so()
    {
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            await connection.ServeAsync();
        });
        var client = await ConnectAsync(server.ConnectString);
        var states = new Heard<SessionState>();
        client.StateChanged += states.Tell;
        await Task.WhenAll(client.CloseAsync(), client.CloseAsync()).Soon();
        Assert.Equal(SessionState.Closed, client.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ExistsAsync("/a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.WaitForConnectedAsync());
        var state = await states.Next();
        Assert.Equal(SessionState.Closed, state == SessionState.Connected ? await states.Next() : state);
    }

    [Fact]
    public async Task Without_any_server_connecting_fails_in_time()
    {
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions
        {
            ConnectString = "127.0.0.1:1",
            ConnectTimeout = TimeSpan.FromMilliseconds(50),
        }));
        Assert.Equal(ErrorCode.ConnectionLoss, failure.Code);
    }

    [Fact]
    public async Task Events_that_nobody_takes_break_the_connection()
    {
        var blocked = new ManualResetEventSlim();
        await using var server = new ScriptedServer(static async (connection, _) =>
        {
            await connection.GreetAsync();
            var request = await connection.RequestAsync();
            await connection.ReplyAsync(request.Xid, ErrorCode.Ok);
            for (var i = 0; i < 100; i++)
            {
                await connection.ReplyAsync(SpecialXid.WatchEvent, ErrorCode.Ok, new WatchedEvent(WatchedEventType.NodeDataChanged, "/a").Write);
            }

            await connection.ServeAsync();
        });
        await using var client = await ConnectAsync(server.ConnectString, maxQueuedEvents: 10);
        await client.AddWatchAsync("/a", AddWatchMode.Persistent, _ => blocked.Wait());
        await Eventually.TrueAsync("the connection was given up", () => server.Accepted > 1);
        blocked.Set();
    }

    internal static Task<ZooKeeperClient> ConnectAsync(string connectString, TimeProvider? time = null, int maxQueuedEvents = 1000) =>
        ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions
        {
            ConnectString = connectString,
            SessionTimeout = TimeSpan.FromSeconds(6),
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            TimeProvider = time ?? TimeProvider.System,
            MaxQueuedEvents = maxQueuedEvents,
        }).Soon();
}
