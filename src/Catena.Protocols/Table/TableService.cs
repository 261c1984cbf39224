using System.Buffers;
using System.Buffers.Binary;

namespace Catena.Protocols.Table;

/// <summary>The codec of the table service (<c>idl/table.proto</c>): requests for a server to read and answer.</summary>
/// <remarks>
/// Keys and values are bytes. Fields that the service does not know, or that come with another wire type than theirs, are passed over; of a
/// field that comes several times the last one counts. Everything is stateless; all replies but lists are written at once, framed,
/// without allocation.
/// </remarks>
public static class TableService
{
    /// <summary>What comes before everything else in a reply: opcode and content, each of one byte behind its tag.</summary>
    internal const int HeadBytes = 4;

    internal const int KeysField = 7;
    internal const int EntriesField = 8;
    internal const int EntryKeyField = 1;
    internal const int EntryValueField = 2;

    private const int OpcodeField = 1;
    private const int ContentField = 2;
    private const int EntryField = 3;
    private const int KeyField = 4;
    private const int ValueField = 5;
    private const int ResultField = 6;
    private const int StatsField = 9;
    private const int MaxStatsBytes = 3 * (1 + ProtobufWriter.MaxVarintBytes);

    /// <summary>Reads a message that a client sent.</summary>
    /// <param name="message">The message without its length.</param>
    /// <param name="request">The request.</param>
    /// <returns>False if it is no request of the service: answer <see cref="WriteError" /> and go on.</returns>
    public static bool TryReadRequest(ReadOnlySpan<byte> message, out TableRequest request)
    {
        request = default;
        var fields = default(Fields);
        if (!TryReadFields(message, ref fields))
        {
            return false;
        }

        var opcode = (TableOpcode)fields.Opcode;
        if (ContentOf(opcode) is not { } content || (int)content != fields.Content || (content == TableContent.Entry && !fields.HasEntry))
        {
            return false;
        }

        request = content switch
        {
            TableContent.Entry => new TableRequest(opcode, fields.EntryKey, fields.EntryValue),
            TableContent.Key => new TableRequest(opcode, fields.Key, default),
            _ => new TableRequest(opcode, default, default),
        };
        return true;
    }

    /// <summary>Answers what was not carried out.</summary>
    /// <param name="output">Where to.</param>
    public static void WriteError(IBufferWriter<byte> output) => WriteHeadOnly(output, TableOpcode.Error, TableContent.None);

    /// <summary>Answers a put or delete that was carried out.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="request">What was asked.</param>
    public static void WriteDone(IBufferWriter<byte> output, TableOpcode request) => WriteHeadOnly(output, request + 1, TableContent.None);

    /// <summary>Answers a get.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="value">The value.</param>
    /// <returns>False, and nothing is written, if the value does not fit a reply.</returns>
    public static bool TryWriteValue(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = (long)HeadBytes + (value.IsEmpty ? 0 : ProtobufWriter.BytesFieldBytes(value.Length));
        if (value.Length > TableFrame.MaxReplyBytes || length > TableFrame.MaxReplyBytes)
        {
            return false;
        }

        var writer = Begin(output, (int)length, TableOpcode.Get + 1, TableContent.Value);
        if (!value.IsEmpty)
        {
            writer.WriteBytes(ValueField, value);
        }

        output.Advance(TableFrame.HeaderBytes + writer.Written);
        return true;
    }

    /// <summary>Answers size.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="size">How many keys there are.</param>
    public static void WriteSize(IBufferWriter<byte> output, int size)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> bytes = stackalloc byte[1 + ProtobufWriter.MaxVarintBytes];
        var result = new ProtobufWriter(bytes);
        result.WriteZigZag(ResultField, size);
        Write(output, TableOpcode.Size + 1, TableContent.Result, bytes[..result.Written]);
    }

    /// <summary>Answers stats.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="dialect">How the client expects them.</param>
    /// <param name="stats">The statistics.</param>
    public static void WriteStats(IBufferWriter<byte> output, TableStatsDialect dialect, in TableStats stats)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(dialect);
        Span<byte> bytes = stackalloc byte[MaxStatsBytes];
        var numbers = new ProtobufWriter(bytes);
        dialect.Write(ref numbers, stats);
        Span<byte> field = stackalloc byte[2 + MaxStatsBytes];
        var writer = new ProtobufWriter(field);
        writer.WriteBytes(StatsField, bytes[..numbers.Written]);
        Write(output, TableOpcode.Stats + 1, dialect.Content, field[..writer.Written]);
    }

    /// <summary>Writes the frame of a reply and what comes before everything else in it.</summary>
    /// <returns>Behind the frame's length, at the end of that.</returns>
    internal static ProtobufWriter Begin(IBufferWriter<byte> output, int length, TableOpcode opcode, TableContent content)
    {
        var target = output.GetSpan(TableFrame.HeaderBytes + length);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)length);
        var writer = new ProtobufWriter(target[TableFrame.HeaderBytes..]);
        writer.WriteUnsigned(OpcodeField, (ulong)opcode);
        writer.WriteUnsigned(ContentField, (ulong)content);
        return writer;
    }

    private static void WriteHeadOnly(IBufferWriter<byte> output, TableOpcode opcode, TableContent content)
    {
        ArgumentNullException.ThrowIfNull(output);
        Write(output, opcode, content, default);
    }

    private static void Write(IBufferWriter<byte> output, TableOpcode opcode, TableContent content, ReadOnlySpan<byte> rest)
    {
        var head = Begin(output, HeadBytes + rest.Length, opcode, content);
        output.Advance(TableFrame.HeaderBytes + head.Written);
        output.Write(rest);
    }

    /// <summary>What a request of an opcode carries; nothing where it is none of a request.</summary>
    private static TableContent? ContentOf(TableOpcode opcode) => opcode switch
    {
        TableOpcode.Put => TableContent.Entry,
        TableOpcode.Get or TableOpcode.Delete => TableContent.Key,
        TableOpcode.Size or TableOpcode.GetKeys or TableOpcode.GetTable or TableOpcode.Stats => TableContent.None,
        _ => null,
    };

    private static bool TryReadFields(ReadOnlySpan<byte> message, ref Fields fields)
    {
        var reader = new ProtobufReader(message);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var type))
            {
                return false;
            }

            bool isRead;
            switch (field, type)
            {
                case (OpcodeField, ProtobufWireType.Varint):
                    isRead = reader.TryReadVarint(out var opcode);
                    fields.Opcode = unchecked((int)opcode);
                    break;
                case (ContentField, ProtobufWireType.Varint):
                    isRead = reader.TryReadVarint(out var content);
                    fields.Content = unchecked((int)content);
                    break;
                case (EntryField, ProtobufWireType.Bytes):
                    isRead = reader.TryReadBytes(out var entry) && TryReadEntry(entry, ref fields);
                    break;
                case (KeyField, ProtobufWireType.Bytes):
                    isRead = reader.TryReadBytes(out fields.Key);
                    break;
                default:
                    isRead = reader.TrySkip(field, type);
                    break;
            }

            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads an entry over what an earlier one left, as parts of one message are merged.</summary>
    private static bool TryReadEntry(ReadOnlySpan<byte> entry, ref Fields fields)
    {
        fields.HasEntry = true;
        var reader = new ProtobufReader(entry);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var type))
            {
                return false;
            }

            var isRead = (field, type) switch
            {
                (EntryKeyField, ProtobufWireType.Bytes) => reader.TryReadBytes(out fields.EntryKey),
                (EntryValueField, ProtobufWireType.Bytes) => reader.TryReadBytes(out fields.EntryValue),
                _ => reader.TrySkip(field, type),
            };
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a message has that a request may need.</summary>
    private ref struct Fields
    {
        public int Opcode;
        public int Content;
        public bool HasEntry;
        public ReadOnlySpan<byte> EntryKey;
        public ReadOnlySpan<byte> EntryValue;
        public ReadOnlySpan<byte> Key;
    }
}
