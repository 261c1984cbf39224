using System.Buffers;
using System.Text;
using Catena.Cli.Bench;
using Catena.Compare.Redis;

namespace Catena.Compare.Tests.Redis;

public sealed class RedisWaitCodecTests
{
    private readonly RedisWaitCodec _codec = new(pipeline: 2, replicas: 2);
    private readonly ArrayBufferWriter<byte> _sent = new();

    [Fact]
    public void One_WAIT_comes_behind_each_pipeline()
    {
        for (var write = 0; write < 4; write++)
        {
            _codec.WriteWrite(_sent, "k"u8, "v"u8);
        }

        const string Set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
        const string Wait = "*3\r\n$4\r\nWAIT\r\n$1\r\n2\r\n$4\r\n5000\r\n";
        Assert.Equal(Set + Set + Wait + Set + Set + Wait, Encoding.ASCII.GetString(_sent.WrittenSpan));
    }

    [Fact]
    public void No_write_counts_before_WAIT_is_answered()
    {
        var received = "+OK\r\n+OK\r\n:2\r\n+OK\r\n"u8;
        for (var length = 0; length < received.Length - 5; length++)
        {
            Assert.False(_codec.TryRead(received[..length], BenchStep.Write, out _, out _));
        }

        Assert.True(_codec.TryRead(received, BenchStep.Write, out var first, out var consumed));
        Assert.Equal((OperationOutcome.Ok, 5), (first.Outcome, consumed));
        received = received[consumed..];
        Assert.True(_codec.TryRead(received, BenchStep.Write, out var second, out consumed));
        Assert.Equal((OperationOutcome.Ok, 9), (second.Outcome, consumed));
        Assert.False(_codec.TryRead(received[consumed..], BenchStep.Write, out _, out _));
    }

    [Fact]
    public void Too_few_replicas_leave_the_outcome_open_and_errors_are_errors()
    {
        var received = "+OK\r\n-OOM no\r\n:1\r\n"u8;
        Assert.True(_codec.TryRead(received, BenchStep.Write, out var open, out var consumed));
        Assert.Equal((OperationOutcome.Unknown, "too few replicas"), (open.Outcome, open.Error));
        Assert.True(_codec.TryRead(received[consumed..], BenchStep.Write, out var refused, out _));
        Assert.Equal((OperationOutcome.Fail, "OOM"), (refused.Outcome, refused.Error));
        Assert.Throws<InvalidDataException>(() => _codec.TryRead("+OK\r\n+OK\r\n-ERR unknown command\r\n"u8, BenchStep.Write, out _, out _));
    }
}
