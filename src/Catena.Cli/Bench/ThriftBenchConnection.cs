using System.Text;
using Catena.Cli.Data;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Bench;

/// <summary>A load's connection through Thrift's KeyValueService: get and put, pipelined by sequence number.</summary>
/// <param name="connection">The connection, which becomes this one's.</param>
internal sealed class ThriftBenchConnection(ServerConnection connection) : IBenchConnection
{
    private int _lastSent;
    private int _lastAnswered;

    /// <inheritdoc />
    public void QueueRead(ReadOnlySpan<byte> key) => KeyValueService.WriteGetCall(connection.Output, ++_lastSent, key);

    /// <inheritdoc />
    public void QueueWrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        KeyValueService.WritePutCall(connection.Output, ++_lastSent, key, value);

    /// <inheritdoc />
    public void Send() => connection.Send();

    /// <inheritdoc />
    public BenchReply Receive()
    {
        while (true)
        {
            var status = ThriftFrame.Read(connection.Received, ThriftFrame.DefaultMaxBytes, out var frame, out var size);
            switch (status)
            {
                case ReadStatus.Complete:
                    connection.Consume(size);
                    return Read(frame);
                case ReadStatus.NeedMore:
                    connection.Receive();
                    break;
                default:
                    throw new InvalidDataException("a frame whose length is no length");
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    /// <summary>Thrift has one type for all refusals; the text of an open outcome begins with <c>outcome unknown</c>, and only that.</summary>
    private static BenchReply Refused(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        var kind = end < 0 ? text : text[..end];
        return text.StartsWith("outcome unknown", StringComparison.Ordinal) ? BenchReply.Open(text) : BenchReply.Failed(kind);
    }

    private BenchReply Read(ReadOnlySpan<byte> frame)
    {
        if (!KeyValueService.TryReadReply(frame, out var reply))
        {
            throw new InvalidDataException("a frame that is no answer of KeyValueService");
        }

        if (reply.SequenceId != ++_lastAnswered)
        {
            throw new InvalidDataException($"the answer to call {reply.SequenceId} in the place of {_lastAnswered}");
        }

        if (reply.IsException)
        {
            return Refused(Encoding.UTF8.GetString(reply.Exception.Message));
        }

        // KeyValueService says "absent" with an empty string; loads write no empty values.
        return !reply.HasResult ? BenchReply.Written()
            : reply.Value.IsEmpty ? BenchReply.Absent()
            : BenchReply.Found(reply.Value);
    }
}
