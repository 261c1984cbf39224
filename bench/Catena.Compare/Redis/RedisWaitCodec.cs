using System.Buffers;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;
using Catena.Protocols;
using Catena.Protocols.Resp;

namespace Catena.Compare.Redis;

/// <summary>A load on a Redis primary with replicas: behind the last <c>SET</c> of each pipeline comes one <c>WAIT</c>, and no write counts before that is answered.</summary>
/// <remarks>That is the best that can be done for it: a <c>WAIT</c> behind each <c>SET</c> would hold up those behind.</remarks>
/// <param name="pipeline">How many writes a pipeline has.</param>
/// <param name="replicas">How many replicas have to have them.</param>
internal sealed class RedisWaitCodec(int pipeline, int replicas) : IBenchCodec
{
    private const int MostWaitMilliseconds = 5000;

    private readonly RespReplyReader _reader = new(RespLimits.Default);
    private readonly RedisCodec _redis = new(null);
    private int _written;
    private int _place;
    private int _seen;
    private int _ready;
    private long _reached;

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key) => throw new NotSupportedException();

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _redis.WriteWrite(output, key, value);
        if (++_written == pipeline)
        {
            _written = 0;
            var writer = new RespWriter(output);
            writer.WriteArrayHeader(3);
            writer.WriteBulk("WAIT"u8);
            writer.WriteBulk(replicas);
            writer.WriteBulk(MostWaitMilliseconds);
        }
    }

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output) => false;

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed)
    {
        if (_ready == 0 && !IsWhole(received))
        {
            reply = default;
            consumed = 0;
            return false;
        }

        if (!_redis.TryRead(received, step, out reply, out consumed))
        {
            throw new InvalidDataException("an answer that was there is gone");
        }

        if (--_ready == 0)
        {
            _reader.Read(received[consumed..], out _, out var wait);
            consumed += wait;
        }

        if (reply.Outcome == OperationOutcome.Ok && _reached < replicas)
        {
            reply = BenchReply.Open("too few replicas");
        }

        return true;
    }

    /// <summary>Whether all answers to a pipeline are there, that of <c>WAIT</c> last; what was seen before is not looked at again.</summary>
    private bool IsWhole(ReadOnlySpan<byte> received)
    {
        for (; _place <= pipeline; _place++)
        {
            var status = _reader.Read(received[_seen..], out var answer, out var size);
            if (status == ReadStatus.NeedMore)
            {
                return false;
            }

            if (status != ReadStatus.Complete || (_place == pipeline && answer.Type != RespType.Integer))
            {
                throw new InvalidDataException("the server does not answer as Redis does");
            }

            _reached = answer.Integer;
            _seen += size;
        }

        (_place, _seen, _ready) = (0, 0, pipeline);
        return true;
    }
}
