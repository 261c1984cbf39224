using Catena.Core.Primitives;
using Catena.Server.Peers;

namespace Catena.Server.Tests.Peers;

/// <summary>What the mesh does when connections, processes and addresses come and go.</summary>
public sealed class PeerReconnectTests
{
    [Fact]
    public async Task A_peer_that_restarts_at_its_port_is_connected_again_with_its_new_incarnation()
    {
        await using var a = new TestPeer(1);
        int port;
        await using (var b = new TestPeer(2))
        {
            port = b.Transport.Port;
            await TestPeer.ConnectAsync(a, b);
        }

        await a.UntilEventAsync("disconnected 2");
        await a.UntilEventAsync("unreachable 2 True");
        Assert.False(a.Transport.TrySend(new NodeId(2), PeerLane.Control, PeerFrameKind.Beacon, []));

        await using var again = new TestPeer(2, incarnation: 2, port);
        await a.UntilEventAsync("connected 2 2");
        Assert.True(a.TrySend(again, PeerLane.Control, PeerFrameKind.Beacon, 5));
        await Wait.UntilAsync(() => again.Frames.Count == 1, "the frame arrived");
        Assert.Equal(["connected 2 1", "disconnected 2"], a.Events.Where(line => !line.StartsWith("unreachable", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public async Task A_peer_that_moves_is_dialled_at_its_new_address_and_one_that_left_no_more()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        await using var moved = new TestPeer(2, incarnation: 3);
        a.Transport.UpdatePeers([a.Address, moved.Address]);
        await a.UntilEventAsync("connected 2 3");
        Assert.True(a.TrySend(moved, PeerLane.Bulk, PeerFrameKind.ForwardReply, 1));
        await Wait.UntilAsync(() => moved.Frames.Count == 1, "the frame arrived at the new address");

        a.Transport.UpdatePeers([a.Address]);
        Assert.False(a.TrySend(moved, PeerLane.Bulk, PeerFrameKind.ForwardReply, 1));
        await Wait.UntilAsync(() => moved.Log.Has(3005, "Control") && moved.Log.Has(3005, "Bulk"), "the connections were closed");
    }

    [Fact]
    public async Task A_connection_that_takes_nothing_for_long_is_cut()
    {
        await using var a = new TestPeer(1, adjust: options => options with { StuckTimeout = TimeSpan.FromMilliseconds(300) });
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        b.BlockBulk(true);
        while (a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardRequest, new byte[1 << 20]))
        {
        }

        await Wait.UntilAsync(() => a.Log.Has(3002, "it took nothing for 300 ms"), "the connection was cut");
        await a.UntilEventAsync("disconnected 2");
        b.BlockBulk(false);
        await a.UntilConnectedAsync(b);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_says_nothing_is_unreachable_but_not_refused()
    {
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        await using var a = new TestPeer(1, adjust: options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        a.Transport.UpdatePeers([new PeerAddress(new NodeId(2), "127.0.0.1", ((System.Net.IPEndPoint)mute.LocalEndpoint).Port)]);
        await a.UntilEventAsync("unreachable 2 False");
        Assert.DoesNotContain("unreachable 2 True", a.Events);
    }

    [Fact]
    public async Task Closing_does_not_wait_for_peers_that_cannot_be_reached()
    {
        var a = new TestPeer(1);
        a.Transport.UpdatePeers([new PeerAddress(new NodeId(2), "127.0.0.1", 1), new PeerAddress(new NodeId(3), "host.invalid", 1)]);
        await a.UntilEventAsync("unreachable 2 True");
        await a.Transport.CloseAsync(TimeSpan.FromMinutes(5));
        await a.DisposeAsync();
    }
}
