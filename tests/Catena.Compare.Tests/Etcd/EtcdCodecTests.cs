using System.Buffers;
using System.Text;
using Catena.Cli.Bench;
using Catena.Compare.Etcd;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Compare.Tests.Etcd;

public sealed class EtcdCodecTests
{
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly EtcdCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _sent = new();

    [Fact]
    public void A_connection_begins_with_the_preface_and_is_open_when_the_server_has_said_what_it_wants()
    {
        Assert.True(_codec.WriteAuthentication(_sent));

        Assert.StartsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Encoding.Latin1.GetString(_sent.WrittenSpan), StringComparison.Ordinal);
        var frames = Frames(_sent.WrittenSpan[24..]);
        Assert.Equal(["Settings 0 0 000100000000000200000000" + "00047FFFFFFF", "WindowUpdate 0 0 7FFF0000"], frames);

        byte[] settings = Frame(Http2FrameType.Settings, 0, 0, [0, 3, 0, 0, 0, 1]);
        Assert.False(_codec.TryRead(settings.AsSpan(..^1), BenchStep.Authenticate, out _, out _));
        Assert.True(_codec.TryRead(settings, BenchStep.Authenticate, out var reply, out var consumed));
        Assert.Equal((OperationOutcome.Ok, settings.Length), (reply.Outcome, consumed));
    }

    [Fact]
    public void A_put_is_one_call_with_its_fields_and_one_message()
    {
        _codec.WriteWrite(_sent, "key"u8, "value"u8);

        Assert.True(Http2Frame.TryRead(_sent.WrittenSpan, out var head));
        Assert.Equal((Http2FrameType.Headers, 1, EndHeaders), (head.Type, head.Stream, head.Flags));
        Assert.Equal(
            "838604" + Text("/etcdserverpb.KV/Put") + "01" + Text("localhost") + "0F10" + Text("application/grpc") + "00" + Text("te") + Text("trailers"), Convert.ToHexString(head.Payload));
        Assert.True(Http2Frame.TryRead(_sent.WrittenSpan[head.Length..], out var data));
        Assert.Equal((Http2FrameType.Data, 1, EndStream), (data.Type, data.Stream, data.Flags));
        Assert.Equal("00" + "0000000C" + "0A03" + Hex("key") + "1205" + Hex("value"), Convert.ToHexString(data.Payload));
        Assert.Equal(_sent.WrittenCount, head.Length + data.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_read_is_found_in_one_frame_or_in_several(bool isSplit)
    {
        _codec.WriteRead(_sent, "key"u8);

        // RangeResponse: a header, one key-value pair with key (1) and value (5), a count.
        byte[] message = [0x0a, 2, 8, 1, 0x12, 12, 0x0a, 3, .. "key"u8, 0x2a, 5, .. "value"u8, 0x20, 1];
        byte[] framed = [0, 0, 0, 0, (byte)message.Length, .. message];
        byte[] answer =
        [
            .. Frame(Http2FrameType.Headers, EndHeaders, 1, [0x88]),
            .. isSplit ? [.. Frame(Http2FrameType.Data, 0, 1, framed[..5]), .. Frame(Http2FrameType.Data, 8, 1, [2, .. framed[5..], 0, 0])] : Frame(Http2FrameType.Data, 0, 1, framed),
            .. Frame(Http2FrameType.Headers, EndHeaders | EndStream, 1, [0x88]),
        ];

        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(_codec.TryRead(answer.AsSpan(..length), BenchStep.Read, out _, out _));
        }

        Assert.True(_codec.TryRead(answer, BenchStep.Read, out var reply, out var consumed));
        Assert.Equal((true, answer.Length), (reply.IsFound, consumed));
        Assert.Equal("value", Encoding.UTF8.GetString(reply.Value));
    }

    [Fact]
    public void A_key_that_is_not_there_has_no_pair_and_a_refusal_has_no_message()
    {
        _codec.WriteRead(_sent, "key"u8);
        Assert.True(_codec.TryRead(Answer(1, [0x0a, 2, 8, 1]), BenchStep.Read, out var absent, out _));
        Assert.Equal((OperationOutcome.Ok, false), (absent.Outcome, absent.IsFound));

        _codec.WriteWrite(_sent, "key"u8, "value"u8);
        Assert.True(_codec.TryRead(Frame(Http2FrameType.Headers, EndHeaders | EndStream, 3, [0x88]), BenchStep.Write, out var refused, out _));
        Assert.Equal(OperationOutcome.Fail, refused.Outcome);

        _codec.WriteWrite(_sent, "key"u8, "value"u8);
        Assert.True(_codec.TryRead(Frame(Http2FrameType.ResetStream, 0, 5, [0, 0, 0, 2]), BenchStep.Write, out var reset, out _));
        Assert.Equal(OperationOutcome.Fail, reset.Outcome);
    }

    [Fact]
    public void What_the_server_asks_meanwhile_is_answered_with_the_next_call()
    {
        _codec.WriteWrite(_sent, "key"u8, "value"u8);
        byte[] answer =
        [
            .. Frame(Http2FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]), .. Frame(Http2FrameType.Ping, 1, 0, new byte[8]),
            .. Answer(1, [0x0a, 0]), .. Frame(Http2FrameType.Settings, 0, 0, []), .. Frame(Http2FrameType.Settings, 1, 0, []),
        ];
        Assert.True(_codec.TryRead(answer, BenchStep.Write, out var reply, out var consumed));
        Assert.Equal((OperationOutcome.Ok, answer.Length), (reply.Outcome, consumed));

        _sent.ResetWrittenCount();
        _codec.WriteRead(_sent, "key"u8);
        _codec.TryRead(Answer(3, [0x0a, 0]), BenchStep.Read, out _, out _);
        Assert.Equal(["Ping 1 0 0102030405060708", "Settings 1 0 "], Frames(_sent.WrittenSpan)[..2]);

        _sent.ResetWrittenCount();
        _codec.WriteRead(_sent, "key"u8);
        Assert.StartsWith("Headers", Frames(_sent.WrittenSpan)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_is_sent_than_the_server_lets()
    {
        var value = new byte[8000];
        for (var call = 0; call < 8; call++)
        {
            _codec.WriteWrite(_sent, "key"u8, value);
            Assert.True(_codec.TryRead(Answer(1 + (2 * call), [0x0a, 0]), BenchStep.Write, out _, out _));
        }

        var full = Assert.Throws<InvalidDataException>(() => _codec.WriteWrite(_sent, "key"u8, value));
        Assert.Contains("more than the server wants", full.Message, StringComparison.Ordinal);

        var granted = new EtcdCodec();
        for (var call = 0; call < 20; call++)
        {
            granted.WriteWrite(_sent, "key"u8, value);
            byte[] answer = [.. Frame(Http2FrameType.WindowUpdate, 0, 0, [0, 0, 0x40, 0]), .. Answer(1 + (2 * call), [0x0a, 0])];
            Assert.True(granted.TryRead(answer, BenchStep.Write, out _, out _));
        }
    }

    [Fact]
    public void The_end_of_a_connection_is_no_answer()
    {
        _codec.WriteRead(_sent, "key"u8);
        byte[] received = [.. Frame(Http2FrameType.GoAway, 0, 0, new byte[8]), .. Answer(1, [0x0a, 0])];
        Assert.Throws<InvalidDataException>(() => _codec.TryRead(received, BenchStep.Read, out _, out _));
        Assert.Throws<InvalidDataException>(() => _codec.TryRead("HTTP/1.1 400 Bad Request"u8, BenchStep.Read, out _, out _));
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_part_of_one_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Elements(BenchStep.Read, BenchStep.Write, BenchStep.Authenticate).ToArbitrary(), (bytes, step) =>
        {
            var codec = new EtcdCodec();
            codec.WriteRead(_sent, "key"u8);
            _sent.ResetWrittenCount();
            byte[] received = [0, 0, (byte)Math.Min(bytes.Length, 20), .. bytes];
            try
            {
                return !codec.TryRead(received, step, out _, out var consumed) || consumed <= received.Length;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();

    private static byte[] Answer(int stream, byte[] message) =>
    [
        .. Frame(Http2FrameType.Headers, EndHeaders, stream, [0x88]),
        .. Frame(Http2FrameType.Data, 0, stream, [0, 0, 0, 0, (byte)message.Length, .. message]),
        .. Frame(Http2FrameType.Headers, EndHeaders | EndStream, stream, [0x88]),
    ];

    private static byte[] Frame(Http2FrameType type, byte flags, int stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags, 0, 0, (byte)(stream >> 8), (byte)stream, .. payload];

    private static List<string> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<string>();
        while (Http2Frame.TryRead(bytes, out var frame))
        {
            frames.Add($"{frame.Type} {frame.Flags} {frame.Stream} {Convert.ToHexString(frame.Payload)}");
            bytes = bytes[frame.Length..];
        }

        return frames;
    }

    private static string Text(string text) => text.Length.ToString("X2", null) + Hex(text);

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
