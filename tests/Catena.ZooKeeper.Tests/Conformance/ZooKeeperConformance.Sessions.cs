using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

public abstract partial class ZooKeeperConformance<TProvider>
{
    [Fact]
    public async Task Ephemeral_znodes_go_at_once_when_their_session_is_closed()
    {
        var other = await AnotherClient();
        await other.CreateAsync(Path("e"), default, CreateMode.Ephemeral);
        await Client.SyncAsync();
        Assert.NotNull(await Client.ExistsAsync(Path("e")));
        await other.CloseAsync();
        await Client.SyncAsync();
        Assert.Null(await Client.ExistsAsync(Path("e")));
    }

    [Fact]
    public async Task A_session_survives_a_lost_connection_and_keeps_its_ephemeral_znodes()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString);
        var stat = (await away.CreateAsync(Path("e"), default, CreateMode.Ephemeral)).Stat;
        await CutAsync(proxy, away, () => Task.CompletedTask);
        Assert.Equal(stat, await away.ExistsAsync(Path("e")));
    }

    [Fact]
    public async Task A_session_that_nobody_keeps_alive_expires_with_its_ephemeral_znodes()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString, timeout: 400);
        Assert.Equal(400, raw.Response.TimeoutMilliseconds);
        var gone = new Heard<WatchedEvent>();
        await Client.ExistsAsync(Path("e"), gone.Tell);
        var (created, _) = await raw.AskAsync(1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(Path("e"), default, CreateMode.Ephemeral)));
        Assert.Equal(ErrorCode.Ok, created.Error);
        Assert.Equal(WatchedEventType.NodeCreated, (await gone.Next()).Type);
        await Client.ExistsAsync(Path("e"), gone.Tell);
        Assert.Equal(WatchedEventType.NodeDeleted, (await gone.Next()).Type);
        Assert.Null(await raw.ReceiveAsync());
        using var late = await RawSession.OpenAsync(
            provider.ConnectString, 400, raw.Response.SessionId, raw.Response.Password.ToArray());
        Assert.Equal((0, 0L), (late.Response.TimeoutMilliseconds, late.Response.SessionId));
    }

    [Fact]
    public async Task Pings_keep_a_session_alive()
    {
        var client = await AnotherClient(600);
        var lost = 0;
        client.StateChanged += state => lost += state == SessionState.Connected ? 0 : 1;
        await client.CreateAsync(Path("e"), default, CreateMode.Ephemeral);
        using var idle = await RawSession.OpenAsync(provider.ConnectString, timeout: 600);

        // Another session of the same timeout, which nobody keeps alive, is the clock: once it is over, so would the client's be.
        Assert.Null(await idle.ReceiveAsync());
        Assert.Null((await RawSession.OpenAsync(provider.ConnectString, 600)) is { } next ? await next.ReceiveAsync() : null);
        Assert.Equal((SessionState.Connected, 0), (client.State, lost));
        Assert.NotNull(await Client.ExistsAsync(Path("e")));
    }

    [Fact]
    public async Task A_client_that_comes_back_too_late_learns_that_its_session_has_expired()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 600);
        var states = new Heard<SessionState>();
        away.StateChanged += states.Tell;
        await away.CreateAsync(Path("e"), default, CreateMode.Ephemeral);
        await Client.SyncAsync();
        var gone = new Heard<WatchedEvent>();
        await Client.ExistsAsync(Path("e"), gone.Tell);
        proxy.Refuse();
        await Lost(states);
        await gone.Next();
        proxy.Allow();
        Assert.Equal(SessionState.Expired, await states.Next());
        Assert.Equal(ErrorCode.SessionExpired, await CodeOf(() => away.ExistsAsync("/")));
        Assert.Equal(ErrorCode.SessionExpired, await CodeOf(() => away.WaitForConnectedAsync()));
    }

    [Fact]
    public async Task A_request_whose_reply_was_lost_says_that_its_outcome_is_open()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 10_000);
        proxy.SwallowReplies();
        var create = away.CreateAsync(Path("a"), default);
        await Eventually.TrueAsync("the create has taken effect", async () => await Client.ExistsAsync(Path("a")) is not null);
        proxy.Refuse();
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => create.Soon());
        Assert.Equal((ErrorCode.ConnectionLoss, true), (failure.Code, failure.OutcomeUnknown));
        failure = await Assert.ThrowsAsync<ZooKeeperException>(() => away.CreateAsync(Path("b"), default));
        Assert.Equal((ErrorCode.ConnectionLoss, false), (failure.Code, failure.OutcomeUnknown));
        proxy.LetRepliesThrough();
        proxy.Allow();
        await away.WaitForConnectedAsync().Soon();
        await away.CreateAsync(Path("b"), default);
    }

    [Fact]
    public async Task A_protected_create_finds_its_znode_after_a_lost_reply()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 10_000);
        await Client.CreateAsync(Path("q"), default);
        proxy.SwallowReplies();
        var create = away.CreateProtectedAsync(Path("q/n-"), Bytes("x"));
        await Eventually.TrueAsync("the create has taken effect", async () => (await Client.GetChildrenAsync(Path("q"))).Names.Count == 1);
        proxy.LetRepliesThrough();
        proxy.Cut();
        var path = await create.Soon();
        Assert.Matches("/q/_c_[0-9a-f-]{36}-n-0000000000$", path);
        Assert.Single((await Client.GetChildrenAsync(Path("q"))).Names);
    }

    [Fact]
    public async Task Session_timeouts_are_kept_between_two_and_twenty_ticks()
    {
        using var low = await RawSession.OpenAsync(provider.ConnectString, timeout: 1);
        using var high = await RawSession.OpenAsync(provider.ConnectString, timeout: 1_000_000);
        Assert.Equal((400, 4000), (low.Response.TimeoutMilliseconds, high.Response.TimeoutMilliseconds));
    }

    [Fact]
    public async Task A_session_does_not_come_back_without_its_password()
    {
        using var first = await RawSession.OpenAsync(provider.ConnectString);
        using var thief = await RawSession.OpenAsync(provider.ConnectString, 4000, first.Response.SessionId, new byte[16]);
        Assert.Equal((0, 0L), (thief.Response.TimeoutMilliseconds, thief.Response.SessionId));
        Assert.Null(await thief.ReceiveAsync());
        using var owner = await RawSession.OpenAsync(
            provider.ConnectString, 4000, first.Response.SessionId, first.Response.Password.ToArray());
        Assert.Equal(first.Response.SessionId, owner.Response.SessionId);
        Assert.Equal(ErrorCode.Ok, (await owner.AskAsync(SpecialXid.Ping, OpCode.Ping)).Header.Error);
    }

    [Fact]
    public async Task A_client_from_the_future_is_hung_up_on()
    {
        using var raw = await RawSession.DialAsync(provider.ConnectString);
        await raw.SendAsync(writer => new ConnectRequest(long.MaxValue, 4000, 0, new byte[16], false).Write(writer));
        Assert.Empty(await raw.ReadToEndAsync());
    }
}
