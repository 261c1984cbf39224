using System.Buffers;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;

namespace Catena.Cli.Tests.Bench.Loop;

/// <summary>The Redis protocol with <c>QUIT</c> at the end.</summary>
internal sealed class QuittingCodec : IBenchCodec
{
    private readonly RedisCodec _redis = new(null);

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key) => _redis.WriteRead(output, key);

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _redis.WriteWrite(output, key, value);

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count) => _redis.WriteScan(output, keys, first, count);

    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output) => false;

    /// <inheritdoc />
    public bool WriteFarewell(IBufferWriter<byte> output)
    {
        output.Write("*1\r\n$4\r\nQUIT\r\n"u8);
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed) => _redis.TryRead(received, step, out reply, out consumed);
}
