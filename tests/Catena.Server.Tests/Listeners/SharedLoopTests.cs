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

    [Fact]
    public void A_listener_without_threads_does_not_start_without_a_loop() => Assert.Throws<ArgumentNullException>(() => new RedisHost(NoThreads));
}
