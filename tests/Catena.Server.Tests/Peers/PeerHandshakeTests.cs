using Catena.Core.Primitives;
using Catena.Server.Peers;
using Catena.Server.Peers.Wire;

namespace Catena.Server.Tests.Peers;

/// <summary>Who is let in, and what becomes of those who misbehave.</summary>
public sealed class PeerHandshakeTests
{
    [Fact]
    public async Task Nodes_of_two_clusters_refuse_each_other_and_both_say_so()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2, adjust: options => options with { ClusterId = Guid.NewGuid() });
        a.Transport.UpdatePeers([b.Address]);

        await a.UntilEventAsync("unreachable 2 False");
        Assert.False(a.Transport.IsConnected(b.Id));
        Assert.True(a.Log.Has(3003, "refuses (Cluster)"), string.Join('\n', a.Log.Lines));
        Assert.True(b.Log.Has(3006, "Cluster"), string.Join('\n', b.Log.Lines));
    }

    [Fact]
    public async Task A_node_that_is_not_the_one_that_was_meant_refuses()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        a.Transport.UpdatePeers([b.Address with { Node = new NodeId(3) }]);

        await a.UntilEventAsync("unreachable 3 False");
        Assert.True(a.Log.Has(3003, "refuses (NotTheNode) as node 0000000000000002"));
    }

    [Fact]
    public async Task Each_reason_to_refuse_is_told()
    {
        await using var node = new TestPeer(2);
        var good = RawPeer.HelloTo(node, 9);
        Assert.Equal(PeerRefusal.Version, Greet(good with { Version = Hello.CurrentVersion + 1 }));
        Assert.Equal(PeerRefusal.Cluster, Greet(good with { ClusterId = Guid.Empty }));
        Assert.Equal(PeerRefusal.NotTheNode, Greet(good with { To = new NodeId(4) }));
        Assert.Equal(PeerRefusal.SameIdentity, Greet(good with { From = node.Id }));
        Assert.Equal(PeerRefusal.Lane, Greet(good with { Lane = (PeerLane)3 }));
        Assert.Equal(PeerRefusal.None, Greet(good with { Incarnation = 5 }));
        Assert.Equal(PeerRefusal.OldIncarnation, Greet(good with { Incarnation = 4 }));
        Assert.Equal(PeerRefusal.None, Greet(good with { Incarnation = 6 }));

        PeerRefusal? Greet(Hello hello)
        {
            using var raw = new RawPeer(node);
            var reply = raw.Greet(hello);
            Assert.True(reply is { } said && said.From == node.Id && said.ClusterId == TestPeer.Cluster);
            return reply?.Refusal;
        }
    }

    [Fact]
    public async Task A_connection_that_does_not_say_who_it_is_in_time_is_closed()
    {
        await using var node = new TestPeer(2, adjust: options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        using var silent = new RawPeer(node);
        using var stranger = new RawPeer(node);
        stranger.Send(System.Text.Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\nAccept: everything there is\r\n\r\n"));
        Assert.True(stranger.IsClosedByNode());
        Assert.True(silent.IsClosedByNode());
        Assert.True(node.Log.Has(3007));
    }

    [Fact]
    public async Task No_more_handshakes_than_allowed_are_open_at_a_time()
    {
        await using var node = new TestPeer(2, adjust: options => options with { MaxPendingHandshakes = 1, HandshakeTimeout = TimeSpan.FromSeconds(60) });
        using var first = new RawPeer(node);
        using var second = new RawPeer(node);
        Assert.True(second.IsClosedByNode());
        Assert.Equal(PeerRefusal.None, first.Greet(RawPeer.HelloTo(node, 9))?.Refusal);

        // Who has his answer takes nobody's place any more.
        for (var next = 10; next < 200; next++)
        {
            using var one = new RawPeer(node);
            Assert.Equal(PeerRefusal.None, one.Greet(RawPeer.HelloTo(node, (ulong)next))?.Refusal);
        }
    }

    [Fact]
    public async Task A_later_connection_of_a_peer_replaces_the_earlier()
    {
        await using var node = new TestPeer(2);
        using var first = new RawPeer(node);
        using var second = new RawPeer(node);
        using var otherLane = new RawPeer(node);
        Assert.Equal(PeerRefusal.None, first.Greet(RawPeer.HelloTo(node, 9))?.Refusal);
        Assert.Equal(PeerRefusal.None, otherLane.Greet(RawPeer.HelloTo(node, 9, PeerLane.Bulk))?.Refusal);
        first.Send(RawPeer.Frame(PeerFrameKind.Beacon, 1));
        Assert.Equal(PeerRefusal.None, second.Greet(RawPeer.HelloTo(node, 9))?.Refusal);
        Assert.True(first.IsClosedByNode());
        second.Send(RawPeer.Frame(PeerFrameKind.Beacon, 2));
        otherLane.Send(RawPeer.Frame(PeerFrameKind.ForwardReply, 3));
        await Wait.UntilAsync(() => node.Frames.Any(frame => frame.Payload[0] == 2), "the second connection's frame arrived");
        await Wait.UntilAsync(() => node.Frames.Any(frame => frame.Payload[0] == 3), "the other lane's frame arrived");
    }

    [Theory]
    [InlineData("BadChecksum")]
    [InlineData("UnknownKind")]
    [InlineData("TooLong")]
    public async Task A_malformed_frame_closes_the_connection_and_is_logged(string status)
    {
        await using var node = new TestPeer(2);
        using var raw = new RawPeer(node);
        Assert.Equal(PeerRefusal.None, raw.Greet(RawPeer.HelloTo(node, 9))?.Refusal);
        raw.Send(RawPeer.Frame(PeerFrameKind.Beacon, 1, 2, 3));
        var frame = RawPeer.Frame(PeerFrameKind.Beacon, 1, 2, 3);
        switch (status)
        {
            case "BadChecksum":
                frame[^1] ^= 1;
                break;
            case "UnknownKind":
                frame = RawPeer.Frame((PeerFrameKind)99, 1);
                break;
            default:
                frame[3] = 1;
                break;
        }

        raw.Send(frame);
        Assert.True(raw.IsClosedByNode());
        Assert.Single(node.Frames);
        await Wait.UntilAsync(() => node.Log.Has(3008, status), "it was logged");
    }

    [Fact]
    public async Task Frames_arrive_whole_however_the_network_cuts_them()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var prng = new Prng(seed);
        await using var node = new TestPeer(2);
        using var raw = new RawPeer(node);
        Assert.Equal(PeerRefusal.None, raw.Greet(RawPeer.HelloTo(node, 9, PeerLane.Bulk))?.Refusal);
        var payloads = new List<byte[]>();
        var stream = new List<byte>();
        for (var number = 0; number < 150; number++)
        {
            var payload = new byte[prng.Chance(0.1) ? prng.Next(400_000) : prng.Next(200)];
            payload.AsSpan().Fill((byte)number);
            payloads.Add(payload);
            stream.AddRange(RawPeer.Frame(PeerFrameKind.ReplicaMessage, payload));
        }

        for (var bytes = stream.ToArray().AsMemory(); !bytes.IsEmpty;)
        {
            var piece = Math.Min(bytes.Length, 1 + prng.Next(prng.Chance(0.5) ? 20 : 100_000));
            raw.Send(bytes.Span[..piece]);
            bytes = bytes[piece..];
        }

        await Wait.UntilAsync(() => node.Frames.Count == payloads.Count, $"all frames arrived (seed {seed})");
        Assert.All(node.Frames.Zip(payloads), pair => Assert.True(pair.First.Payload.AsSpan().SequenceEqual(pair.Second), $"seed {seed}"));
    }
}
