using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Catena.Cli.Bench;
using Catena.Compare.ZooKeeper;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Compare.Tests.ZooKeeper;

public sealed class ZooKeeperCodecTests
{
    private readonly ZooKeeperCodec _codec = new(creates: false);
    private readonly ArrayBufferWriter<byte> _sent = new();

    [Fact]
    public void A_session_is_asked_for_and_closed()
    {
        Assert.True(_codec.WriteAuthentication(_sent));
        Assert.Equal(4 + 45, _sent.WrittenCount);
        Assert.Equal(45, BinaryPrimitives.ReadInt32BigEndian(_sent.WrittenSpan));
        Assert.Equal(16, BinaryPrimitives.ReadInt32BigEndian(_sent.WrittenSpan[28..]));

        byte[] answer = [.. Int(37), .. Int(0), .. Int(30_000), .. new byte[8], .. Int(16), .. new byte[17]];
        Assert.False(_codec.TryRead(answer.AsSpan(..^1), BenchStep.Authenticate, out _, out _));
        Assert.True(_codec.TryRead(answer, BenchStep.Authenticate, out var reply, out var consumed));
        Assert.Equal((OperationOutcome.Ok, answer.Length), (reply.Outcome, consumed));
        Int(0).CopyTo(answer, 8);
        Assert.True(_codec.TryRead(answer, BenchStep.Authenticate, out var expired, out _));
        Assert.Equal(OperationOutcome.Fail, expired.Outcome);

        _sent.ResetWrittenCount();
        Assert.True(_codec.WriteFarewell(_sent));
        Assert.Equal([.. Int(8), .. Int(1), .. Int(-11)], _sent.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_write_sets_data_of_any_version_or_creates_a_znode()
    {
        _codec.WriteWrite(_sent, "/k"u8, "value"u8);
        Assert.Equal([.. Int(8 + 6 + 9 + 4), .. Int(1), .. Int(5), .. Bytes("/k"), .. Bytes("value"), .. Int(-1)], _sent.WrittenSpan.ToArray());

        _sent.ResetWrittenCount();
        var creator = new ZooKeeperCodec(creates: true);
        creator.WriteWrite(_sent, "/k"u8, "value"u8);
        byte[] body = [.. Int(1), .. Int(1), .. Bytes("/k"), .. Bytes("value"), .. Int(1), .. Int(31), .. Bytes("world"), .. Bytes("anyone"), .. Int(0)];
        Assert.Equal([.. Int(body.Length), .. body], _sent.WrittenSpan.ToArray());
        Assert.True(creator.TryRead(Reply(1, -110), BenchStep.Write, out var there, out _));
        Assert.Equal(OperationOutcome.Ok, there.Outcome);
    }

    [Fact]
    public void A_read_is_a_sync_and_then_the_data()
    {
        _codec.WriteRead(_sent, "/k"u8);
        Assert.Equal([.. Int(14), .. Int(1), .. Int(9), .. Bytes("/k"), .. Int(15), .. Int(2), .. Int(4), .. Bytes("/k"), 0], _sent.WrittenSpan.ToArray());

        byte[] answer = [.. Reply(1, 0, Bytes("/k")), .. Reply(2, 0, [.. Bytes("value"), .. new byte[68]])];
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(_codec.TryRead(answer.AsSpan(..length), BenchStep.Read, out _, out _));
        }

        Assert.True(_codec.TryRead(answer, BenchStep.Read, out var reply, out var consumed));
        Assert.Equal((true, answer.Length), (reply.IsFound, consumed));
        Assert.Equal("value", Encoding.UTF8.GetString(reply.Value));
    }

    [Fact]
    public void Errors_are_told_apart_from_znodes_that_are_not_there()
    {
        _codec.WriteRead(_sent, "/k"u8);
        _codec.WriteRead(_sent, "/k"u8);
        _codec.WriteWrite(_sent, "/k"u8, "value"u8);
        Assert.True(_codec.TryRead([.. Reply(1, 0), .. Reply(2, -101)], BenchStep.Read, out var absent, out _));
        Assert.Equal((OperationOutcome.Ok, false), (absent.Outcome, absent.IsFound));
        Assert.True(_codec.TryRead([.. Reply(3, -4), .. Reply(4, 0, Bytes("value"))], BenchStep.Read, out var unsynced, out _));
        Assert.Equal((OperationOutcome.Fail, "ZooKeeper's error -4"), (unsynced.Outcome, unsynced.Error));
        Assert.True(_codec.TryRead(Reply(5, -110), BenchStep.Write, out var refused, out _));
        Assert.Equal((OperationOutcome.Fail, "ZooKeeper's error -110"), (refused.Outcome, refused.Error));
    }

    [Fact]
    public void Answers_come_in_the_order_of_their_requests()
    {
        _codec.WriteWrite(_sent, "/k"u8, "value"u8);
        Assert.Throws<InvalidDataException>(() => _codec.TryRead(Reply(2, 0), BenchStep.Write, out _, out _));
        Assert.Throws<InvalidDataException>(() => _codec.TryRead(Int(-1), BenchStep.Write, out _, out _));
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_part_of_one_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Elements(BenchStep.Read, BenchStep.Write, BenchStep.Authenticate).ToArbitrary(), (bytes, step) =>
        {
            byte[] received = [0, 0, 0, (byte)bytes.Length, .. bytes];
            try
            {
                return !new ZooKeeperCodec(false).TryRead(received, step, out _, out var consumed) || consumed <= received.Length;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();

    private static byte[] Reply(int number, int error, params byte[] body) => [.. Int(16 + body.Length), .. Int(number), .. new byte[8], .. Int(error), .. body];

    private static byte[] Bytes(string text) => [.. Int(text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
