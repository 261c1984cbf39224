using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;
using Catena.Server.Peers;
using Catena.Server.Peers.Wire;

namespace Catena.Server.Tests.Peers;

/// <summary>The bytes between nodes.</summary>
public sealed class PeerCodecTests
{
    [Fact]
    public void A_hello_and_its_reply_are_read_as_written()
    {
        var hello = new Hello(Hello.CurrentVersion, PeerLane.Bulk, TestPeer.Cluster, new NodeId(1), new NodeId(ulong.MaxValue), 77);
        var bytes = new byte[Hello.Size];
        hello.Write(bytes);
        Assert.Equal(hello, Hello.TryRead(bytes));
        Assert.Equal("43746E4802000200" + "0F0E0D0C0B0A09080706050403020100", Convert.ToHexString(bytes[..24]));

        var reply = new HelloReply(Hello.CurrentVersion, PeerRefusal.OldIncarnation, TestPeer.Cluster, new NodeId(3), 9);
        bytes = new byte[HelloReply.Size];
        reply.Write(bytes);
        Assert.Equal(reply, HelloReply.TryRead(bytes));
    }

    [Fact]
    public void A_hello_of_another_version_is_read_whatever_else_it_holds()
    {
        var bytes = new byte[Hello.Size];
        new Hello(Hello.CurrentVersion, PeerLane.Bulk, TestPeer.Cluster, new NodeId(1), new NodeId(2), 77).Write(bytes);
        bytes[4] = 9;
        Assert.Equal((ushort?)9, Hello.TryRead(bytes)?.Version);
        bytes[4] = (byte)Hello.CurrentVersion;
        bytes[40] ^= 1;
        Assert.Null(Hello.TryRead(bytes));
    }

    [Fact]
    public void Every_flipped_bit_of_a_frame_is_noticed()
    {
        var frame = RawPeer.Frame(PeerFrameKind.ReplicaMessage, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Assert.Equal(PeerFrameStatus.Complete, PeerFrame.TryRead(frame, 100, out var length, out var kind));
        Assert.Equal((frame.Length, PeerFrameKind.ReplicaMessage), (length, kind));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(PeerFrameStatus.Complete, PeerFrame.TryRead(frame, 100, out _, out _));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_beginning_of_a_frame_is_incomplete()
    {
        var frame = RawPeer.Frame(PeerFrameKind.Beacon, 1, 2, 3);
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Equal(PeerFrameStatus.Incomplete, PeerFrame.TryRead(frame.AsSpan(0, length), 3, out var claimed, out _));
            Assert.Equal(length < PeerFrame.HeaderSize ? 0 : frame.Length, claimed);
        }

        Assert.Equal(PeerFrameStatus.TooLong, PeerFrame.TryRead(frame, 2, out _, out _));
    }

    [Fact]
    public void An_ask_of_the_controller_is_read_as_written()
    {
        var ask = new ControllerAsk(ControllerAskKind.RemoveMember, new PartitionId(16_383), new Epoch(1UL << 63), new NodeId(5));
        var writer = new ArrayBufferWriter<byte>();
        ControllerAsk.Write(writer, ask);
        Assert.Equal(ask, ControllerAsk.TryRead(writer.WrittenSpan));
        Assert.Null(ControllerAsk.TryRead(writer.WrittenSpan[1..]));
        Assert.Null(ControllerAsk.TryRead([3, .. writer.WrittenSpan[1..]]));
    }

    [Fact]
    public void A_replica_message_travels_with_its_partition()
    {
        var message = new AppendEntries(new Epoch(4), 9, new Lsn(new Epoch(3), 17), 16, 15, new Counting(1, new NodeId(3)), new byte[] { 1, 2, 3 });
        var writer = new ArrayBufferWriter<byte>();
        ReplicaPayload.Write(writer, new Envelope(new NodeId(1), new NodeId(2), new PartitionId(500), message));
        var read = Assert.IsType<AppendEntries>(ReplicaPayload.TryRead(writer.WrittenMemory, out var partition));
        Assert.Equal(new PartitionId(500), partition);
        Assert.Equal((message.Epoch, message.Previous, message.Committed), (read.Epoch, read.Previous, read.Committed));
        Assert.Equal(message.Frames.ToArray(), read.Frames.ToArray());
        Assert.Null(ReplicaPayload.TryRead(new byte[1], out _));
    }

    [Fact]
    public void Only_what_carries_data_is_bulk()
    {
        Assert.Equal(PeerLane.Bulk, ReplicaPayload.LaneOf(new AppendEntries(default, 0, default, 0, 0, default, default)));
        Assert.Equal(PeerLane.Bulk, ReplicaPayload.LaneOf(new LogSuffix(default, default, default, default)));
        Assert.Equal(PeerLane.Bulk, ReplicaPayload.LaneOf(new SnapshotChunk(default, 0, 0, 0, default, [], default, false, 0, default)));
        Assert.Equal(PeerLane.Control, ReplicaPayload.LaneOf(new AppendAck(default, 0, 0, 0, 0, 0)));
        Assert.Equal(PeerLane.Control, ReplicaPayload.LaneOf(new EpochAck(default, default, [], 0)));
        Assert.True(ReplicaPayload.MayGoWithEntries(new AppendAck(default, 0, 0, 0, 0, 0)));
        Assert.False(ReplicaPayload.MayGoWithEntries(new EpochAck(default, default, [], 0)));
    }

    [Fact]
    public void No_bytes_make_a_parser_throw()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var prng = new Prng(seed);
        try
        {
            for (var round = 0; round < 20_000; round++)
            {
                var bytes = new byte[prng.Next(80)];
                for (var index = 0; index < bytes.Length; index++)
                {
                    bytes[index] = (byte)prng.Next(prng.Chance(0.5) ? 12 : 256);
                }

                if (prng.Chance(0.3))
                {
                    (prng.Chance(0.5) ? "CtnH"u8 : "CtnR"u8)[..Math.Min(4, bytes.Length)].CopyTo(bytes);
                }

                _ = Hello.TryRead(bytes);
                _ = HelloReply.TryRead(bytes);
                _ = PeerFrame.TryRead(bytes, prng.Next(1000), out _, out _);
                _ = ControllerAsk.TryRead(bytes);
                _ = ReplicaPayload.TryRead(bytes, out _);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}", e);
        }
    }
}
