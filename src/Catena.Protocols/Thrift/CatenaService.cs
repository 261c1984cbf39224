using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>The server's codec of what the service Catena (<c>idl/catena.thrift</c>) has beside <see cref="KeyValueService" />.</summary>
/// <remarks>
/// Stateless. All answers but those of a scan (<see cref="CatenaScanReply" />) are written at once, framed, without allocation. A generated client takes an exception
/// that its method does not declare for no answer at all, and where the method returns nothing for success: so what is not declared (<see cref="Declares" />) must
/// be a <see cref="ThriftException" />.
/// </remarks>
public static class CatenaService
{
    private const short ResultField = 0;
    private const short FoundField = 1;
    private const short FoundValueField = 2;
    private const short MessageField = 1;

    /// <summary>Whether the service has a method.</summary>
    /// <param name="name">Its name.</param>
    public static bool Has(ReadOnlySpan<byte> name) => MethodOf(name) != CatenaMethod.Unknown;

    /// <summary>How many bytes the frame of an answer has beside the value that was found; what does not fit the limit must be refused.</summary>
    /// <param name="method">Get.</param>
    public static int ValueReplyOverheadBytes(CatenaMethod method) => ValueReplyBytes(NameOf(method).Length, true, 0);

    /// <summary>Reads a frame that a client sent.</summary>
    /// <remarks>Unknown arguments are passed over; bytes after the arguments are an error, since nothing can mean them.</remarks>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="call">The call; name and number are set unless the status is <see cref="KeyValueCallStatus.BadMessage" />.</param>
    /// <returns>What the frame is.</returns>
    public static KeyValueCallStatus ReadCall(ReadOnlySpan<byte> frame, out CatenaCall call)
    {
        var reader = new ThriftReader(frame);
        if (!reader.TryReadMessageHeader(out var type, out var name, out var sequenceId))
        {
            call = default;
            return KeyValueCallStatus.BadMessage;
        }

        var method = MethodOf(name);
        var header = new CatenaCall(method, name, sequenceId);
        call = header;
        if (type != ThriftMessageType.Call)
        {
            return KeyValueCallStatus.NotACall;
        }

        if (method == CatenaMethod.Unknown)
        {
            return KeyValueCallStatus.UnknownMethod;
        }

        return CatenaArguments.TryRead(ref reader, header, out call) && reader.Remaining == 0 ? KeyValueCallStatus.Call : KeyValueCallStatus.BadArguments;
    }

    /// <summary>Whether a method declares an exception.</summary>
    /// <param name="method">The method.</param>
    /// <param name="exception">The exception.</param>
    public static bool Declares(CatenaMethod method, CatenaException exception) => exception switch
    {
        CatenaException.TransactionAborted or CatenaException.NoSuchTransaction => method != CatenaMethod.TransactionBegin,
        CatenaException.TransactionCommitted => method == CatenaMethod.TransactionRollback,
        CatenaException.OutcomeUnknown => method is CatenaMethod.TransactionCommit or CatenaMethod.TransactionRollback,
        _ => true,
    };

    /// <summary>Answers a method that returns a handle.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Begin or prepare.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="handle">The handle.</param>
    public static void WriteHandleReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, ReadOnlySpan<byte> handle)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(handle.Length));
        writer.WriteBytesField(ResultField, handle);
        End(output, writer);
    }

    /// <summary>Answers a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Get.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="isFound">Whether there is a value.</param>
    /// <param name="value">The value.</param>
    public static void WriteValueReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, bool isFound, ReadOnlySpan<byte> value)
    {
        var body = ValueReplyBytes(0, isFound, value.Length) - ThriftWriter.MessageHeaderBytes(0) - ThriftWriter.StopBytes;
        var writer = Start(output, method, sequenceId, body);
        writer.WriteFieldHeader(ThriftType.Struct, ResultField);
        writer.WriteBoolField(FoundField, isFound);
        if (isFound)
        {
            writer.WriteBytesField(FoundValueField, value);
        }

        writer.WriteStop();
        End(output, writer);
    }

    /// <summary>Answers a method that returns whether there was something.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Delete.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="value">Whether there was.</param>
    public static void WriteBoolReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, bool value)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.BoolFieldBytes);
        writer.WriteBoolField(ResultField, value);
        End(output, writer);
    }

    /// <summary>Answers a method that returns nothing.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Put, commit or rollback.</param>
    /// <param name="sequenceId">The call's number.</param>
    public static void WriteVoidReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId) => End(output, Start(output, method, sequenceId, 0));

    /// <summary>Answers a call by an exception that its method declares.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="message">Why, UTF-8.</param>
    public static void WriteException(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, CatenaException exception, ReadOnlySpan<byte> message)
    {
        var body = (2 * ThriftWriter.FieldHeaderBytes) + ThriftWriter.BytesBytes(message.Length) + ThriftWriter.StopBytes;
        var writer = Start(output, method, sequenceId, body);
        writer.WriteFieldHeader(ThriftType.Struct, (short)exception);
        writer.WriteBytesField(MessageField, message);
        writer.WriteStop();
        End(output, writer);
    }

    /// <summary>The name of a method.</summary>
    /// <param name="method">The method.</param>
    public static ReadOnlySpan<byte> NameOf(CatenaMethod method) => method switch
    {
        CatenaMethod.TransactionBegin => "transactionBegin"u8,
        CatenaMethod.TransactionGet => "transactionGet"u8,
        CatenaMethod.TransactionPut => "transactionPut"u8,
        CatenaMethod.TransactionDelete => "transactionDelete"u8,
        CatenaMethod.TransactionScan => "transactionScan"u8,
        CatenaMethod.TransactionPrepare => "transactionPrepare"u8,
        CatenaMethod.TransactionCommit => "transactionCommit"u8,
        CatenaMethod.TransactionRollback => "transactionRollback"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method of the service."),
    };

    private static CatenaMethod MethodOf(ReadOnlySpan<byte> name)
    {
        for (var method = CatenaMethod.TransactionBegin; method <= CatenaMethod.TransactionRollback; method++)
        {
            if (name.SequenceEqual(NameOf(method)))
            {
                return method;
            }
        }

        return CatenaMethod.Unknown;
    }

    private static int ValueReplyBytes(int nameLength, bool isFound, int length) =>
        ThriftWriter.MessageHeaderBytes(nameLength) + ThriftWriter.FieldHeaderBytes + ThriftWriter.BoolFieldBytes
        + (isFound ? ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(length) : 0) + (2 * ThriftWriter.StopBytes);

    private static ThriftWriter Start(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, int bodyBytes)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = NameOf(method);
        var length = ThriftWriter.MessageHeaderBytes(name.Length) + bodyBytes + ThriftWriter.StopBytes;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + length));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Reply, name, sequenceId);
        return writer;
    }

    private static void End(IBufferWriter<byte> output, ThriftWriter writer)
    {
        writer.WriteStop();
        output.Advance(writer.Written);
    }
}
