using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>A TApplicationException: the answer of a call that did not run, as a view of its frame.</summary>
public readonly ref struct ThriftException
{
    private const short MessageField = 1;
    private const short TypeField = 2;

    private ThriftException(ThriftExceptionType type, ReadOnlySpan<byte> message)
    {
        Type = type;
        Message = message;
    }

    /// <summary>Why the call did not run.</summary>
    public ThriftExceptionType Type { get; }

    /// <summary>The reason in words, UTF-8; perhaps empty.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Writes a framed exception that answers a call.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method that was called, known or not.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="type">Why it did not run.</param>
    /// <param name="message">The reason in words, UTF-8.</param>
    public static void Write(
        IBufferWriter<byte> output, ReadOnlySpan<byte> method, int sequenceId, ThriftExceptionType type, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = ThriftWriter.MessageHeaderBytes(method.Length)
            + ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(message.Length)
            + ThriftWriter.FieldHeaderBytes + sizeof(int)
            + ThriftWriter.StopBytes;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + length));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Exception, method, sequenceId);
        writer.WriteBytesField(MessageField, message);
        writer.WriteFieldHeader(ThriftType.Int32, TypeField);
        writer.WriteInt32((int)type);
        writer.WriteStop();
        output.Advance(writer.Written);
    }

    /// <summary>Reads the body of an exception message; what is missing stays empty.</summary>
    /// <param name="reader">A reader behind the message's header.</param>
    /// <param name="exception">The exception.</param>
    public static bool TryRead(scoped ref ThriftReader reader, out ThriftException exception)
    {
        ReadOnlySpan<byte> message = default;
        var type = 0;
        exception = default;
        while (reader.TryReadField(out var fieldType, out var id))
        {
            _ = (fieldType, id) switch
            {
                (ThriftType.Bytes, MessageField) => reader.TryReadBytes(out message),
                (ThriftType.Int32, TypeField) => reader.TryReadInt32(out type),
                _ => reader.TrySkip(fieldType),
            };
        }

        exception = new ThriftException((ThriftExceptionType)type, message);
        return !reader.HasFailed;
    }
}
