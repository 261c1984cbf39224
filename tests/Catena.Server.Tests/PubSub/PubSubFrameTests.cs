using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Listeners;
using Catena.Server.Metrics;
using Catena.Server.PubSub;

namespace Catena.Server.Tests.PubSub;

public sealed class PubSubFrameTests
{
    [Fact]
    public void Frames_are_read_as_written()
    {
        var output = new ArrayBufferWriter<byte>();
        PubSubFrame.WritePublish(output, 77, ChannelKind.Sharded, "channel"u8, "message"u8);
        Assert.True(PubSubFrame.TryRead(output.WrittenSpan, out var frame));
        Assert.Equal((PubSubFrameKind.Publish, 77UL, ChannelKind.Sharded), (frame.Kind, frame.Id, frame.Channels));
        Assert.True(frame.Channel.SequenceEqual("channel"u8));
        Assert.True(frame.Body.SequenceEqual("message"u8));
        Assert.Equal("014D00000000000000" + "03" + "07" + Convert.ToHexString("channelmessage"u8), Convert.ToHexString(output.WrittenSpan));

        output.ResetWrittenCount();
        PubSubFrame.WriteReceipt(output, ulong.MaxValue, 300);
        Assert.True(PubSubFrame.TryRead(output.WrittenSpan, out frame));
        Assert.Equal((PubSubFrameKind.Receipt, ulong.MaxValue, 300), (frame.Kind, frame.Id, frame.Count));

        output.ResetWrittenCount();
        PubSubFrame.WriteSurvey(output, 5, ChannelKind.Pattern, hasNames: false, "a*"u8);
        Assert.True(PubSubFrame.TryRead(output.WrittenSpan, out frame));
        Assert.Equal((PubSubFrameKind.Survey, ChannelKind.Pattern, false), (frame.Kind, frame.Channels, frame.Flag));
        Assert.True(frame.Channel.SequenceEqual("a*"u8));

        output.ResetWrittenCount();
        PubSubFrame.WriteAnswerHead(output, 5, isCut: true);
        PubSubFrame.WriteCount(output, "a"u8, 3);
        Assert.True(PubSubFrame.TryRead(output.WrittenSpan, out frame));
        Assert.Equal((PubSubFrameKind.Answer, true, 3), (frame.Kind, frame.Flag, frame.Body.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0500000000000000000000")] // no such kind
    [InlineData("0100000000000000000201" + "63")] // a message to a pattern
    [InlineData("0100000000000000000105" + "63")] // a channel that is not there
    [InlineData("020000000000000000")] // a receipt without a number
    [InlineData("02000000000000000001" + "00")] // and one with something behind it
    [InlineData("0300000000000000000102")] // a flag that is none
    [InlineData("040000000000000000")]
    public void What_is_no_frame_is_refused(string hex) => Assert.False(PubSubFrame.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void No_bytes_make_the_bus_throw()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var prng = new Prng(seed);
        var bus = new PubSubBus(NoPeers.Instance, 1, ListenerOptions.Default, new MetricsRegistry(), () => 0);
        try
        {
            for (var round = 0; round < 50_000; round++)
            {
                var output = new ArrayBufferWriter<byte>();
                switch (prng.Next(5))
                {
                    case 0:
                        PubSubFrame.WritePublish(output, (ulong)prng.Next(9), (ChannelKind)prng.Next(5), "c"u8, "m"u8);
                        break;
                    case 1:
                        PubSubFrame.WriteReceipt(output, (ulong)prng.Next(9), prng.Next(1000));
                        break;
                    case 2:
                        PubSubFrame.WriteSurvey(output, 1, (ChannelKind)prng.Next(5), prng.Chance(0.5), "\u0001a\u0001b*["u8);
                        break;
                    case 3:
                        PubSubFrame.WriteAnswerHead(output, 1, prng.Chance(0.5));
                        PubSubFrame.WriteCount(output, "name"u8, 5);
                        break;
                    default:
                        output.Write(new byte[prng.Next(30)]);
                        break;
                }

                var bytes = output.WrittenSpan.ToArray();
                for (var flips = prng.Next(4); flips > 0 && bytes.Length > 0; flips--)
                {
                    bytes[prng.Next(bytes.Length)] = (byte)prng.Next(256);
                }

                bus.Receive(new NodeId(2), prng.Chance(0.3) ? bytes.AsSpan(0, prng.Next(bytes.Length + 1)) : bytes);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}", e);
        }
    }
}
