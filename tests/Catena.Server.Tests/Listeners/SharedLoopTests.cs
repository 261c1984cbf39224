using Catena.Server.Listeners;
using Catena.Server.Loops;

namespace Catena.Server.Tests.Listeners;

/// <summary>Listeners without threads of their own.</summary>
public sealed class SharedLoopTests
{
    private static readonly ListenerOptions NoThreads = ListenerOptions.Default with { Threads = 0 };

    [Fact]
    public async Task A_listener_without_threads_is_served_by_the_loop_that_it_is_given()
    {
        await using var host = new RedisHost();
        using var loop = new EventLoop("shared", host.Router);
        loop.Start();
        await using (var first = new RedisHost(NoThreads, loop: loop))
        await using (var second = new RedisHost(NoThreads, loop: loop))
        {
            using var one = first.Connect();
            using var other = second.Connect();
            one.Ask("SET key value", "+OK\r\n");
            other.Ask("PING", "+PONG\r\n");
            Assert.Same(loop, Assert.Single(first.Listener.Connections).Loop);
            Assert.Same(loop, Assert.Single(second.Listener.Connections).Loop);
        }

        // It is not theirs to end.
        await using var third = new RedisHost(NoThreads, loop: loop);
        using var late = third.Connect();
        late.Ask("PING", "+PONG\r\n");
    }

    /// <summary>Alone, a client's request would gain nothing by waiting for others, and where another thread syncs it would miss the sync.</summary>
    [Theory]
    [InlineData(128, true, 1)]
    [InlineData(127, true, 0)]
    [InlineData(128, false, 0)]
    public async Task Single_requests_of_many_clients_are_gathered_where_their_thread_syncs(int clients, bool waitsForDisk, int gathered)
    {
        await using var turns = new RedisHost();
        using var loop = new EventLoop("shared", turns.Router, waitsForDisk);
        loop.Start();
        await using var host = new RedisHost(NoThreads, loop: loop);
        var all = Enumerable.Range(0, clients).Select(_ => host.Connect()).ToList();
        all.ForEach(client => client.Ask("PING", "+PONG\r\n"));
        all[0].Ask("SET key value", "+OK\r\n");
        Assert.Equal(gathered, host.Router.Gathered);
        all.ForEach(client => client.Dispose());
    }

    [Fact]
    public void A_listener_without_threads_does_not_start_without_a_loop() => Assert.Throws<ArgumentNullException>(() => new RedisHost(NoThreads));
}
