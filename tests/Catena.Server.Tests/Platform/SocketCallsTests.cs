using System.Net;
using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class SocketCallsTests : IDisposable
{
    private readonly Socket _here = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _there;

    public SocketCallsTests()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _here.Connect(listener.LocalEndPoint!);
        _there = listener.Accept();
        _here.Blocking = false;
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public void What_is_sent_is_received_and_then_nothing_and_then_the_end()
    {
        var room = new byte[16];
        Assert.Equal(3, SocketCalls.Send(_here.Handle, [1, 2, 3], out var wouldBlock));
        Assert.False(wouldBlock);
        Assert.Equal(3, _there.Receive(room));
        Assert.Equal(-1, SocketCalls.Receive(_here.Handle, room, out wouldBlock));
        Assert.True(wouldBlock);
        _there.Send([4, 5]);
        Assert.Equal(2, ReceiveSoon(room));
        Assert.Equal([4, 5], room[..2]);
        _there.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, ReceiveSoon(room));
    }

    [Fact]
    public void Where_there_is_no_room_it_would_block()
    {
        var much = new byte[1 << 20];
        bool wouldBlock;
        while (SocketCalls.Send(_here.Handle, much, out wouldBlock) > 0)
        {
            Assert.False(wouldBlock);
        }

        Assert.True(wouldBlock);
    }

    [Fact]
    public void An_error_is_told_from_having_to_wait()
    {
        _there.LingerState = new LingerOption(true, 0);
        _there.Dispose();
        Assert.True(_here.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        Assert.Equal(-1, SocketCalls.Receive(_here.Handle, new byte[16], out var wouldBlock));
        Assert.False(wouldBlock);

        Assert.Equal(-1, SocketCalls.Send(_here.Handle, [1], out wouldBlock));
        Assert.False(wouldBlock);
    }

    private int ReceiveSoon(byte[] room)
    {
        Assert.True(_here.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        return SocketCalls.Receive(_here.Handle, room, out _);
    }
}
