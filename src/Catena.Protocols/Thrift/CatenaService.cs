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
    /// <summary>The bytes of a version.</summary>
    public const int VersionBytes = 16;

    private const short ResultField = 0;
    private const short FoundField = 1;
    private const short FoundValueField = 2;
    private const short FoundVersionField = 3;
    private const short AppliedField = 1;
    private const short PreviousField = 2;
    private const short MessageField = 1;

    /// <summary>The method with a name; <see cref="CatenaMethod.Unknown" /> where the service has none.</summary>
    /// <param name="name">The name.</param>
    public static CatenaMethod MethodOf(ReadOnlySpan<byte> name)
    {
        for (var method = CatenaMethod.TransactionBegin; method <= CatenaMethod.TableSize; method++)
        {
            if (name.SequenceEqual(NameOf(method)))
            {
                return method;
            }
        }

        return CatenaMethod.Unknown;
    }

    /// <summary>Whether a method has the arguments of a <see cref="TableCall" />.</summary>
    /// <param name="method">The method.</param>
    public static bool IsOfTables(CatenaMethod method) => method is (>= CatenaMethod.TableGet and <= CatenaMethod.TableScanRange) or (>= CatenaMethod.TableCreate and <= CatenaMethod.TableSize);

    /// <summary>How many bytes the frame of an answer has at most beside the value that was found; what does not fit the limit must be refused.</summary>
    /// <param name="method">The method.</param>
    public static int ValueReplyOverheadBytes(CatenaMethod method)
    {
        var bytes = ThriftWriter.MessageHeaderBytes(NameOf(method).Length) + ThriftWriter.FieldHeaderBytes + ValueBytes(true, 0, IsOfTables(method) ? VersionBytes : 0) + ThriftWriter.StopBytes;
        var isWrite = method is CatenaMethod.TablePut or CatenaMethod.TableDelete;
        return bytes + (isWrite ? ThriftWriter.BoolFieldBytes + ThriftWriter.FieldHeaderBytes + ThriftWriter.StopBytes : 0);
    }

    /// <summary>Reads a frame that a client sent.</summary>
    /// <remarks>Unknown arguments are passed over; bytes after the arguments are an error, since nothing can mean them.</remarks>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="call">The call; name and number are set unless the status is <see cref="KeyValueCallStatus.BadMessage" />.</param>
    /// <returns>What the frame is.</returns>
    public static KeyValueCallStatus ReadCall(ReadOnlySpan<byte> frame, out CatenaCall call)
    {
        var status = ReadHeader(frame, out var reader, out var header);
        call = header;
        if (status != KeyValueCallStatus.Call)
        {
            return status;
        }

        return CatenaArguments.TryRead(ref reader, header, out call) && reader.Remaining == 0 ? KeyValueCallStatus.Call : KeyValueCallStatus.BadArguments;
    }

    /// <summary>Reads a frame that calls a method for which <see cref="IsOfTables" /> says yes; otherwise as <see cref="ReadCall" />.</summary>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="header">The method, its name and the call's number.</param>
    /// <param name="call">The arguments.</param>
    /// <returns>What the frame is.</returns>
    public static KeyValueCallStatus ReadTableCall(ReadOnlySpan<byte> frame, out CatenaCall header, out TableCall call)
    {
        call = default;
        var status = ReadHeader(frame, out var reader, out header);
        if (status != KeyValueCallStatus.Call)
        {
            return status;
        }

        return TableCall.TryRead(ref reader, header.Method, out call) && reader.Remaining == 0 ? KeyValueCallStatus.Call : KeyValueCallStatus.BadArguments;
    }

    /// <summary>Whether a method declares an exception.</summary>
    /// <param name="method">The method.</param>
    /// <param name="exception">The exception.</param>
    public static bool Declares(CatenaMethod method, CatenaException exception) => exception switch
    {
        CatenaException.TransactionAborted => method is (> CatenaMethod.TransactionBegin and <= CatenaMethod.TransactionRollback) or CatenaMethod.TableGetMany or CatenaMethod.TableApply,
        CatenaException.NoSuchTransaction => method is > CatenaMethod.TransactionBegin and <= CatenaMethod.TransactionRollback,
        CatenaException.InvalidRequest => method is < CatenaMethod.ClusterMap or CatenaMethod.TableCreate or CatenaMethod.TableDrop or CatenaMethod.TableNames,
        CatenaException.OutcomeUnknown => method is CatenaMethod.TransactionCommit or CatenaMethod.TransactionRollback or CatenaMethod.TablePut or CatenaMethod.TableDelete
            or CatenaMethod.TableIncrement or CatenaMethod.TableAppend or CatenaMethod.TableExpire or CatenaMethod.TableApply
            or CatenaMethod.TableCreate or CatenaMethod.TableDrop,
        CatenaException.TransactionCommitted => method == CatenaMethod.TransactionRollback,
        CatenaException.NoSuchTable => (IsOfTables(method) && method is not (CatenaMethod.TableCreate or CatenaMethod.TableNames)) || method is >= CatenaMethod.TransactionGet and <= CatenaMethod.TransactionScan,
        CatenaException.TableExists => method == CatenaMethod.TableCreate,
        _ => true,
    };

    /// <summary>Answers a method that returns bytes or a text.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="bytes">The bytes.</param>
    public static void WriteBytesReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, ReadOnlySpan<byte> bytes)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(bytes.Length));
        writer.WriteBytesField(ResultField, bytes);
        End(output, writer);
    }

    /// <summary>Answers a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Get.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="isFound">Whether there is a value.</param>
    /// <param name="value">The value.</param>
    /// <param name="version">Its version; empty where none is told.</param>
    public static void WriteValueReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, bool isFound, ReadOnlySpan<byte> value, ReadOnlySpan<byte> version = default)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.FieldHeaderBytes + ValueBytes(isFound, value.Length, version.Length));
        writer.WriteFieldHeader(ThriftType.Struct, ResultField);
        WriteValue(ref writer, isFound, value, version);
        End(output, writer);
    }

    /// <summary>Answers a put or delete.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="isApplied">Whether something was written.</param>
    public static void WriteWriteReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, bool isApplied)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.FieldHeaderBytes + ThriftWriter.BoolFieldBytes + ThriftWriter.StopBytes);
        writer.WriteFieldHeader(ThriftType.Struct, ResultField);
        writer.WriteBoolField(AppliedField, isApplied);
        writer.WriteStop();
        End(output, writer);
    }

    /// <summary>Answers a put or delete with what stood there before.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="isApplied">Whether something was written.</param>
    /// <param name="isFound">Whether there was a value before.</param>
    /// <param name="value">That value.</param>
    /// <param name="version">Its version; empty where none is told.</param>
    public static void WriteWriteReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, bool isApplied, bool isFound, ReadOnlySpan<byte> value, ReadOnlySpan<byte> version)
    {
        var body = (2 * ThriftWriter.FieldHeaderBytes) + ThriftWriter.BoolFieldBytes + ValueBytes(isFound, value.Length, version.Length) + ThriftWriter.StopBytes;
        var writer = Start(output, method, sequenceId, body);
        writer.WriteFieldHeader(ThriftType.Struct, ResultField);
        writer.WriteBoolField(AppliedField, isApplied);
        writer.WriteFieldHeader(ThriftType.Struct, PreviousField);
        WriteValue(ref writer, isFound, value, version);
        writer.WriteStop();
        End(output, writer);
    }

    /// <summary>Answers a method that returns a number.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="value">The number.</param>
    public static void WriteNumberReply(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, long value)
    {
        var writer = Start(output, method, sequenceId, ThriftWriter.Int64FieldBytes);
        writer.WriteInt64Field(ResultField, value);
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
        CatenaMethod.TableGet => "tableGet"u8,
        CatenaMethod.TableGetMany => "tableGetMany"u8,
        CatenaMethod.TablePut => "tablePut"u8,
        CatenaMethod.TableDelete => "tableDelete"u8,
        CatenaMethod.TableIncrement => "tableIncrement"u8,
        CatenaMethod.TableAppend => "tableAppend"u8,
        CatenaMethod.TableExpire => "tableExpire"u8,
        CatenaMethod.TableExpiresAt => "tableExpiresAt"u8,
        CatenaMethod.TableApply => "tableApply"u8,
        CatenaMethod.TableScan => "tableScan"u8,
        CatenaMethod.TableScanRange => "tableScanRange"u8,
        CatenaMethod.ClusterMap => "clusterMap"u8,
        CatenaMethod.NodeStatus => "nodeStatus"u8,
        CatenaMethod.TableCreate => "tableCreate"u8,
        CatenaMethod.TableDrop => "tableDrop"u8,
        CatenaMethod.TableNames => "tableNames"u8,
        CatenaMethod.TableSize => "tableSize"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method of the service."),
    };

    private static KeyValueCallStatus ReadHeader(ReadOnlySpan<byte> frame, out ThriftReader reader, out CatenaCall header)
    {
        reader = new ThriftReader(frame);
        if (!reader.TryReadMessageHeader(out var type, out var name, out var sequenceId))
        {
            header = default;
            return KeyValueCallStatus.BadMessage;
        }

        header = new CatenaCall(MethodOf(name), name, sequenceId);
        return type != ThriftMessageType.Call ? KeyValueCallStatus.NotACall
            : header.Method == CatenaMethod.Unknown ? KeyValueCallStatus.UnknownMethod
            : KeyValueCallStatus.Call;
    }

    /// <summary>The bytes of the struct <c>OptionalValue</c>.</summary>
    private static int ValueBytes(bool isFound, int length, int versionLength) => ThriftWriter.BoolFieldBytes
        + (isFound ? ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(length) : 0)
        + (isFound && versionLength > 0 ? ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(versionLength) : 0) + ThriftWriter.StopBytes;

    private static void WriteValue(ref ThriftWriter writer, bool isFound, ReadOnlySpan<byte> value, ReadOnlySpan<byte> version)
    {
        writer.WriteBoolField(FoundField, isFound);
        if (isFound)
        {
            writer.WriteBytesField(FoundValueField, value);
            if (!version.IsEmpty)
            {
                writer.WriteBytesField(FoundVersionField, version);
            }
        }

        writer.WriteStop();
    }

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
