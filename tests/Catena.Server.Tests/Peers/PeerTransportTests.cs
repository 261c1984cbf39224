using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Server.Peers;

namespace Catena.Server.Tests.Peers;

/// <summary>What the mesh promises while connections live.</summary>
public sealed class PeerTransportTests
{
    [Fact]
    public async Task Frames_arrive_with_their_sender_and_payload_on_both_lanes()
    {
        await using var a = new TestPeer(1, incarnation: 7);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        Assert.True(a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon, 1, 2, 3));
        await Wait.UntilAsync(() => b.Frames.Count == 1, "the beacon arrived");
        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ReplicaMessage));
        await Wait.UntilAsync(() => b.Frames.Count == 2, "the message arrived");

        var frames = b.Frames.ToArray();
        Assert.All(frames, frame => Assert.Equal((a.Id, 7UL), (frame.From, frame.Incarnation)));
        Assert.Equal((PeerFrameKind.Beacon, "010203"), (frames[0].Kind, Convert.ToHexString(frames[0].Payload)));
        Assert.Equal((PeerFrameKind.ReplicaMessage, ""), (frames[1].Kind, Convert.ToHexString(frames[1].Payload)));
        await Wait.UntilAsync(() => b.Batches == 2, "each batch was ended");
        Assert.Contains("connected 1 7", b.Events);
    }

    [Fact]
    public async Task Frames_of_many_threads_arrive_whole_and_in_each_threads_order()
    {
        const int Threads = 4;
        const int Frames = 3000;
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        var senders = Enumerable.Range(0, Threads).Select(number => Task.Run(() =>
        {
            var prng = new Prng((ulong)number);
            for (var sequence = 0; sequence < Frames; sequence++)
            {
                var payload = new byte[8 + prng.Next(3000)];
                BinaryPrimitives.WriteInt32LittleEndian(payload, number);
                BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), sequence);
                Assert.True(
                    sequence % 3 == 0
                        ? a.Transport.TryQueue(b.Id, PeerLane.Bulk, PeerFrameKind.ForwardReply, payload)
                        : a.Transport.TrySend(b.Id, PeerLane.Bulk, PeerFrameKind.ForwardReply, payload));
            }
        }));
        await Task.WhenAll(senders);
        a.Transport.Flush();
        await Wait.UntilAsync(() => b.Frames.Count == Threads * Frames, "all frames arrived");

        var next = new int[Threads];
        foreach (var frame in b.Frames)
        {
            var sender = BinaryPrimitives.ReadInt32LittleEndian(frame.Payload);
            Assert.Equal(next[sender]++, BinaryPrimitives.ReadInt32LittleEndian(frame.Payload.AsSpan(4)));
        }
    }

    [Fact]
    public async Task Queued_frames_wait_for_the_flush_and_then_come_in_one_batch()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        for (byte number = 0; number < 100; number++)
        {
            Assert.True(a.Transport.TryQueue(b.Id, PeerLane.Control, PeerFrameKind.ReplicaMessage, [number]));
        }

        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardReply));
        await Wait.UntilAsync(() => !b.Frames.IsEmpty, "the other lane's frame arrived");
        Assert.Single(b.Frames);
        a.Transport.Flush(b.Id);
        await Wait.UntilAsync(() => b.Frames.Count == 101, "the queued frames arrived");
        await Wait.UntilAsync(() => b.Batches == 2, "their batch was ended");
    }

    [Fact]
    public async Task A_beacon_passes_bulk_data_that_the_peer_does_not_take()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        b.BlockBulk(true);
        var data = new byte[1 << 20];
        while (a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardRequest, data))
        {
        }

        Assert.True(a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon));
        await Wait.UntilAsync(() => b.Frames.Any(frame => frame.Kind == PeerFrameKind.Beacon), "the beacon arrived");
    }

    [Fact]
    public async Task A_full_queue_refuses_frames_and_loses_none_that_it_took()
    {
        await using var a = new TestPeer(1, adjust: options => options with { MaxBulkQueue = 100_000 });
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        b.BlockBulk(true);
        var taken = 0;
        var payload = new byte[10_000];
        for (var refusals = 0; refusals < 3;)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, taken);
            if (a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardRequest, payload))
            {
                taken++;
            }
            else
            {
                refusals++;
            }
        }

        b.BlockBulk(false);
        await Wait.UntilAsync(() => b.Frames.Count == taken, "what was taken arrived");
        Assert.Equal(Enumerable.Range(0, taken), b.Frames.Select(frame => BinaryPrimitives.ReadInt32LittleEndian(frame.Payload)));
        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardRequest, payload));
    }

    [Fact]
    public async Task A_frame_that_gives_way_is_dropped_while_others_still_find_room()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);
        b.BlockBulk(true);
        var sent = 0;
        while (a.Transport.TrySend(b.Id, PeerLane.Bulk, PeerFrameKind.ForwardRequest, new byte[256 << 10], maxQueue: 4 << 20))
        {
            Assert.InRange(++sent, 1, 1000);
        }

        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ForwardRequest, new byte[256 << 10]));
        b.BlockBulk(false);
        await Wait.UntilAsync(() => b.Frames.Count == sent + 1, "what was taken has arrived");
    }

    [Fact]
    public async Task A_frame_longer_than_the_queue_goes_where_nothing_waits()
    {
        await using var a = new TestPeer(1, adjust: options => options with { MaxBulkQueue = 4096 });
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        var payload = new byte[5 << 20];
        new Random(5).NextBytes(payload);
        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ReplicaMessage, payload));
        await Wait.UntilAsync(() => b.Frames.Count == 1, "the frame arrived");
        Assert.True(b.Frames.Single().Payload.AsSpan().SequenceEqual(payload));
        Assert.True(a.TrySend(b, PeerLane.Bulk, PeerFrameKind.ReplicaMessage, 1));
        await Wait.UntilAsync(() => b.Frames.Count == 2, "a small one arrived behind it");
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_the_senders_error_and_harms_nothing()
    {
        await using var a = new TestPeer(1, adjust: options => options with { MaxControlPayload = 1024 });
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        var e = Assert.Throws<ArgumentException>(() => a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon, new byte[1025]));
        Assert.Contains("1025", e.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => a.Transport.TrySend(
            b.Id, PeerLane.Control, PeerFrameKind.Beacon, 0, static (writer, _) => throw new FormatException()));
        Assert.True(a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon, 9));
        await Wait.UntilAsync(() => b.Frames.Count == 1, "the next frame arrived");
        Assert.Equal([9], b.Frames.Single().Payload);
    }

    [Fact]
    public async Task An_orderly_close_delivers_what_was_accepted()
    {
        await using var b = new TestPeer(2);
        await using (var a = new TestPeer(1))
        {
            await TestPeer.ConnectAsync(a, b);
            for (byte number = 0; number < 200; number++)
            {
                Assert.True(a.Transport.TryQueue(b.Id, PeerLane.Control, PeerFrameKind.LeaseReturn, [number]));
            }

            await a.Transport.CloseAsync(TimeSpan.FromSeconds(10));
            Assert.False(a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon));
        }

        Assert.Equal(200, b.Frames.Count);
        await b.UntilEventAsync("disconnected 1");
    }

    [Fact]
    public async Task What_a_receiver_throws_is_fatal()
    {
        await using var a = new TestPeer(1);
        await using var b = new TestPeer(2);
        await TestPeer.ConnectAsync(a, b);

        b.OnFrame = _ => throw new InvariantException("a test");
        Assert.True(a.TrySend(b, PeerLane.Control, PeerFrameKind.Beacon));
        await Wait.UntilAsync(() => !b.Failures.IsEmpty, "the failure was told");
        Assert.IsType<InvariantException>(b.Failures.Single());
        b.Failures.Clear();
    }
}
