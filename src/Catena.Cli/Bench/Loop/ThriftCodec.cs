using System.Buffers;
using System.Text;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Bench.Loop;

/// <summary>A load through Thrift: get and put of KeyValueService, and tableScanRange of Catena, sent ahead and told apart by number.</summary>
internal sealed class ThriftCodec : IBenchCodec
{
    private readonly byte[] _key = new byte[RecordKeys.MostBytes];
    private int _lastSent;
    private int _lastAnswered;

    /// <inheritdoc />
    public void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key) => KeyValueService.WriteGetCall(output, ++_lastSent, key);

    /// <inheritdoc />
    public void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        KeyValueService.WritePutCall(output, ++_lastSent, key, value);

    /// <inheritdoc />
    public void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var request = new CatenaRequest(CatenaMethod.TableScanRange);
        request.Text(1, "");
        request.AddRange(keys.Write(_key, first), default, count);
        request.Write(output, ++_lastSent);
    }

    /// <inheritdoc />
    public bool WriteAuthentication(IBufferWriter<byte> output) => false;

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        var status = ThriftFrame.Read(received, ThriftFrame.DefaultMaxBytes, out var frame, out var size);
        if (status == ReadStatus.NeedMore)
        {
            return false;
        }

        if (status != ReadStatus.Complete)
        {
            throw new InvalidDataException("a frame whose length is no length");
        }

        consumed = size;
        reply = step == BenchStep.Scan ? ReadScan(frame) : ReadValue(frame);
        return true;
    }

    /// <summary>Thrift has one type for all refusals; the text of an open outcome begins with <c>outcome unknown</c>, and only that.</summary>
    private static BenchReply Refused(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        var kind = end < 0 ? text : text[..end];
        return text.StartsWith("outcome unknown", StringComparison.Ordinal) ? BenchReply.Open(text) : BenchReply.Failed(kind);
    }

    private BenchReply ReadValue(ReadOnlySpan<byte> frame)
    {
        if (!KeyValueService.TryReadReply(frame, out var reply))
        {
            throw new InvalidDataException("a frame that is no answer of KeyValueService");
        }

        CheckTurn(reply.SequenceId);
        if (reply.IsException)
        {
            return Refused(Encoding.UTF8.GetString(reply.Exception.Message));
        }

        // KeyValueService says "absent" with an empty string; loads write no empty values.
        return !reply.HasResult ? BenchReply.Written()
            : reply.Value.IsEmpty ? BenchReply.Absent()
            : BenchReply.Found(reply.Value);
    }

    private BenchReply ReadScan(ReadOnlySpan<byte> frame)
    {
        if (!CatenaReply.TryRead(frame, CatenaMethod.TableScanRange, out var reply))
        {
            throw new InvalidDataException("a frame that is no answer of tableScanRange");
        }

        CheckTurn(reply.SequenceId);
        return reply.IsApplicationException || reply.Exception != 0
            ? Refused(Encoding.UTF8.GetString(reply.Message))
            : BenchReply.Found(default);
    }

    private void CheckTurn(int answered)
    {
        if (answered != ++_lastAnswered)
        {
            throw new InvalidDataException($"the answer to call {answered} in the place of {_lastAnswered}");
        }
    }
}
