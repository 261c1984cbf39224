using System.Buffers;
using System.Text;
using Catena.Protocols;
using Catena.Protocols.Resp;
using Catena.Server.Node;

namespace Catena.Cli.Bench.Loop;

/// <summary>A load through the Redis protocol: GET and SET, and MGET for what other protocols scan, since the Redis protocol knows no ranges of keys.</summary>
/// <param name="password">The password; null for none.</param>
internal sealed class RedisCodec(RedisPassword? password) : IBenchCodec
{
    private readonly RespReplyReader _reader = new(RespLimits.Default);
    private readonly byte[] _key = new byte[RecordKeys.MostBytes];

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        var writer = new RespWriter(output);
        writer.WriteArrayHeader(2);
        writer.WriteBulk("GET"u8);
        writer.WriteBulk(key);
    }

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var writer = new RespWriter(output);
        writer.WriteArrayHeader(3);
        writer.WriteBulk("SET"u8);
        writer.WriteBulk(key);
        writer.WriteBulk(value);
    }

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var writer = new RespWriter(output);
        writer.WriteArrayHeader(1 + count);
        writer.WriteBulk("MGET"u8);
        for (var record = first; record < first + count; record++)
        {
            writer.WriteBulk(keys.Write(_key, record));
        }
    }

    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output)
    {
        if (password is null)
        {
            return false;
        }

        var writer = new RespWriter(output);
        writer.WriteArrayHeader(3);
        writer.WriteBulk("AUTH"u8);
        writer.WriteBulk("default"u8);
        writer.WriteBulk(password.Reveal());
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed)
    {
        reply = default;
        var status = _reader.Read(received, out var answer, out consumed);
        if (status == ReadStatus.NeedMore)
        {
            return false;
        }

        if (status != ReadStatus.Complete)
        {
            throw new InvalidDataException($"the server does not speak the Redis protocol: {_reader.Error}");
        }

        reply = (answer.Type, step) switch
        {
            (RespType.Error, _) => Refused(Encoding.UTF8.GetString(answer.Bytes)),
            (RespType.Null, BenchStep.Read) => BenchReply.Absent(),
            (RespType.Bulk, BenchStep.Read) => BenchReply.Found(answer.Bytes),
            (RespType.SimpleString, BenchStep.Write or BenchStep.Authenticate) => BenchReply.Written(),
            (RespType.Array, BenchStep.Scan) => HasAny(answer) ? BenchReply.Found(default) : BenchReply.Absent(),
            _ => throw new InvalidDataException($"an answer of type {answer.Type} to a request of kind {step}"),
        };
        return true;
    }

    /// <summary>What an error says of the outcome: that of an open one is <c>UNKNOWN</c>, and only that.</summary>
    public static BenchReply Refused(string text) =>
        FirstWord(text) == "UNKNOWN" ? BenchReply.Open(KindOf(text)) : BenchReply.Failed(KindOf(text));

    /// <summary>Under what an error is counted: its first word, if that tells it from others.</summary>
    public static string KindOf(string text) => FirstWord(text) is "ERR" or "UNKNOWN" ? text : FirstWord(text);

    private static string FirstWord(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    private static bool HasAny(RespReply list)
    {
        foreach (var element in list)
        {
            if (!element.IsNull)
            {
                return true;
            }
        }

        return false;
    }
}
