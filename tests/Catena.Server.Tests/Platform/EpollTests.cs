using System.Net;
using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class EpollTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server;
    private readonly Epoll _epoll = new(16);

    public EpollTests()
    {
        _listener.Start();
        _client.Connect(_listener.LocalEndpoint);
        _server = _listener.AcceptSocket();
    }

    [Fact]
    public void A_socket_is_ready_once_for_each_time_that_something_arrives()
    {
        _epoll.Watch(_server.SafeHandle, 7);
        Assert.Equal((1, 7UL, Readiness.Send), Next());
        _client.Send([1, 2, 3]);
        Assert.Equal((1, 7UL, Readiness.Receive | Readiness.Send), Next());

        // Not again for what has been told, even if nobody has received it.
        Assert.Equal(0, _epoll.Wait(0));
        _client.Send([4]);
        Assert.Equal((1, 7UL, Readiness.Receive | Readiness.Send), Next());
    }

    [Fact]
    public void The_end_behind_the_last_bytes_is_told()
    {
        _epoll.Watch(_server.SafeHandle, 7);
        Next();
        _client.Send([1]);
        _client.Shutdown(SocketShutdown.Send);
        Readiness seen = default;
        while ((seen & Readiness.End) == 0)
        {
            seen |= Next().Readiness;
        }

        Assert.True((seen & Readiness.Receive) != 0);
    }

    [Fact]
    public void A_wake_ends_the_wait_that_is_under_way_or_comes_next()
    {
        _epoll.Wake();
        Assert.Equal((1, Epoll.WakeToken, Readiness.Receive), Next());
        _epoll.TakeWakes();
        Assert.Equal(0, _epoll.Wait(0));
    }

    [Fact]
    public void A_closed_socket_is_watched_no_longer()
    {
        _epoll.Watch(_server.SafeHandle, 7);
        Next();
        _server.Dispose();
        Assert.Equal(0, _epoll.Wait(0));
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _server.Dispose();
        _client.Dispose();
        _listener.Dispose();
    }

    private (int Count, ulong Token, Readiness Readiness) Next()
    {
        var count = _epoll.Wait(30_000);
        Assert.True(count > 0, "Nothing was told.");
        return (count, _epoll.Event(0, out var readiness), readiness);
    }
}
