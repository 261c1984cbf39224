using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>The codec of KeyValueService (<c>idl/catena.thrift</c>): calls for a server to read and answer, for a client to send.</summary>
/// <remarks>
/// <para>
/// Keys and values are bytes. The answers are those that existing clients rely on: get answers an absent key with an empty
/// string and never without a result; put and replicate answer an empty struct; a method that the service does not have is
/// answered by an exception of type 1, a call that was refused or failed by one of type 6 with a text.
/// </para>
/// <para>Everything is stateless. All answers but a dump's are written at once, framed, without allocation.</para>
/// </remarks>
public static class KeyValueService
{
    /// <summary>How much of an unknown method's name its exception quotes.</summary>
    private const int QuotedBytes = 128;

    private const short ResultField = 0;
    private const short KeyField = 1;
    private const short ValueField = 2;

    /// <summary>How many bytes the frame of an answer to get has beside the value; what does not fit the limit must be refused.</summary>
    public static int GetReplyOverheadBytes { get; } =
        ThriftWriter.MessageHeaderBytes(3) + ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(0) + ThriftWriter.StopBytes;

    /// <summary>Reads a frame that a client sent.</summary>
    /// <remarks>Unknown arguments are passed over; bytes after the arguments are an error, since nothing can mean them.</remarks>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="call">The call; name and number are set unless the status is <see cref="KeyValueCallStatus.BadMessage" />.</param>
    /// <returns>What the frame is.</returns>
    public static KeyValueCallStatus ReadCall(ReadOnlySpan<byte> frame, out KeyValueCall call)
    {
        var reader = new ThriftReader(frame);
        if (!reader.TryReadMessageHeader(out var type, out var name, out var sequenceId))
        {
            call = default;
            return KeyValueCallStatus.BadMessage;
        }

        var method = MethodOf(name);
        call = new KeyValueCall(method, name, sequenceId);
        if (type != ThriftMessageType.Call)
        {
            return KeyValueCallStatus.NotACall;
        }

        if (method == KeyValueMethod.Unknown)
        {
            return KeyValueCallStatus.UnknownMethod;
        }

        if (!TryReadArguments(ref reader, out var key, out var value) || reader.Remaining > 0)
        {
            return KeyValueCallStatus.BadArguments;
        }

        call = new KeyValueCall(method, name, sequenceId) { Key = key, Value = value };
        return KeyValueCallStatus.Call;
    }

    /// <summary>Answers a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="value">The value; empty for an absent key.</param>
    public static void WriteGetReply(IBufferWriter<byte> output, int sequenceId, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = GetReplyOverheadBytes + value.Length;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + length));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Reply, "get"u8, sequenceId);
        writer.WriteBytesField(ResultField, value);
        writer.WriteStop();
        output.Advance(writer.Written);
    }

    /// <summary>Answers a put or replicate that was done.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Which of the two.</param>
    /// <param name="sequenceId">The call's number.</param>
    public static void WriteVoidReply(IBufferWriter<byte> output, KeyValueMethod method, int sequenceId)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = NameOf(method);
        var length = ThriftWriter.MessageHeaderBytes(name.Length) + ThriftWriter.StopBytes;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + length));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Reply, name, sequenceId);
        writer.WriteStop();
        output.Advance(writer.Written);
    }

    /// <summary>Answers a call that the service does not have: exception type 1.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="call">The call.</param>
    public static void WriteUnknownMethod(IBufferWriter<byte> output, KeyValueCall call)
    {
        var quoted = call.Name[..Math.Min(call.Name.Length, QuotedBytes)];
        ThriftException.Write(
            output, call.Name, call.SequenceId, ThriftExceptionType.UnknownMethod, [.. "Unknown function "u8, .. quoted]);
    }

    /// <summary>Answers a call that was refused or failed: exception type 6.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="call">The call.</param>
    /// <param name="message">Why, UTF-8.</param>
    public static void WriteFailure(IBufferWriter<byte> output, KeyValueCall call, ReadOnlySpan<byte> message) =>
        ThriftException.Write(output, call.Name, call.SequenceId, ThriftExceptionType.InternalError, message);

    /// <summary>Sends a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="key">The key.</param>
    public static void WriteGetCall(IBufferWriter<byte> output, int sequenceId, ReadOnlySpan<byte> key) =>
        WriteCall(output, KeyValueMethod.Get, sequenceId, key, default);

    /// <summary>Sends a put.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static void WritePutCall(IBufferWriter<byte> output, int sequenceId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        WriteCall(output, KeyValueMethod.Put, sequenceId, key, value);

    /// <summary>Sends a replicate.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static void WriteReplicateCall(IBufferWriter<byte> output, int sequenceId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        WriteCall(output, KeyValueMethod.Replicate, sequenceId, key, value);

    /// <summary>Sends a dump.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    public static void WriteDumpCall(IBufferWriter<byte> output, int sequenceId) =>
        WriteCall(output, KeyValueMethod.Dump, sequenceId, default, default);

    /// <summary>Reads a frame that a server sent.</summary>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="reply">The answer.</param>
    /// <returns>False if the frame is no answer of this service.</returns>
    public static bool TryReadReply(ReadOnlySpan<byte> frame, out KeyValueReply reply)
    {
        reply = default;
        var reader = new ThriftReader(frame);
        if (!reader.TryReadMessageHeader(out var type, out var name, out var sequenceId))
        {
            return false;
        }

        switch (type)
        {
            case ThriftMessageType.Exception:
                var read = ThriftException.TryRead(ref reader, out var exception);
                reply = new KeyValueReply(name, sequenceId) { IsException = true, Exception = exception };
                return read && reader.Remaining == 0;
            case ThriftMessageType.Reply when MethodOf(name) != KeyValueMethod.Unknown:
                return TryReadResult(ref reader, frame, new KeyValueReply(name, sequenceId), out reply) && reader.Remaining == 0;
            default:
                return false;
        }
    }

    internal static ReadOnlySpan<byte> NameOf(KeyValueMethod method) => method switch
    {
        KeyValueMethod.Get => "get"u8,
        KeyValueMethod.Put => "put"u8,
        KeyValueMethod.Replicate => "replicate"u8,
        KeyValueMethod.Dump => "dump"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method of the service."),
    };

    private static KeyValueMethod MethodOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("get"u8) ? KeyValueMethod.Get
        : name.SequenceEqual("put"u8) ? KeyValueMethod.Put
        : name.SequenceEqual("replicate"u8) ? KeyValueMethod.Replicate
        : name.SequenceEqual("dump"u8) ? KeyValueMethod.Dump
        : KeyValueMethod.Unknown;

    private static bool TryReadArguments(scoped ref ThriftReader reader, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, KeyField) => reader.TryReadBytes(out key),
                (ThriftType.Bytes, ValueField) => reader.TryReadBytes(out value),
                _ => reader.TrySkip(type),
            };
        }

        return !reader.HasFailed;
    }

    private static void WriteCall(
        IBufferWriter<byte> output, KeyValueMethod method, int sequenceId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = NameOf(method);
        var hasKey = method != KeyValueMethod.Dump;
        var hasValue = method is KeyValueMethod.Put or KeyValueMethod.Replicate;
        var length = ThriftWriter.MessageHeaderBytes(name.Length)
            + (hasKey ? ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(key.Length) : 0)
            + (hasValue ? ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(value.Length) : 0)
            + ThriftWriter.StopBytes;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + length));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Call, name, sequenceId);
        if (hasKey)
        {
            writer.WriteBytesField(KeyField, key);
        }

        if (hasValue)
        {
            writer.WriteBytesField(ValueField, value);
        }

        writer.WriteStop();
        output.Advance(writer.Written);
    }

    private static bool TryReadResult(
        scoped ref ThriftReader reader, ReadOnlySpan<byte> frame, KeyValueReply header, out KeyValueReply reply)
    {
        reply = header;
        while (reader.TryReadField(out var type, out var id))
        {
            if (id == ResultField && type == ThriftType.Bytes)
            {
                reader.TryReadBytes(out var value);
                reply = new KeyValueReply(header.Name, header.SequenceId) { HasResult = true, Value = value };
            }
            else if (id == ResultField && type == ThriftType.Map)
            {
                if (!TryReadEntries(ref reader, frame, header, out reply))
                {
                    return false;
                }
            }
            else
            {
                reader.TrySkip(type);
            }
        }

        return !reader.HasFailed;
    }

    private static bool TryReadEntries(
        scoped ref ThriftReader reader, ReadOnlySpan<byte> frame, KeyValueReply header, out KeyValueReply reply)
    {
        reply = header;
        if (!reader.TryReadMapHeader(out var keyType, out var valueType, out var count)
            || (count > 0 && (keyType != ThriftType.Bytes || valueType != ThriftType.Bytes)))
        {
            return false;
        }

        var start = frame.Length - reader.Remaining;
        for (var i = 0L; i < count * 2L; i++)
        {
            if (!reader.TryReadBytes(out _))
            {
                return false;
            }
        }

        var entries = frame[start..(frame.Length - reader.Remaining)];
        reply = new KeyValueReply(header.Name, header.SequenceId) { HasResult = true, EntryCount = count, EntryBytes = entries };
        return true;
    }
}
