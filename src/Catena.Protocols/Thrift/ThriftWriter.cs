using System.Buffers.Binary;

namespace Catena.Protocols.Thrift;

/// <summary>Writes strict TBinaryProtocol into space that is known to suffice.</summary>
/// <remarks>
/// A frame begins with its length, so whoever writes one has computed it; the writer then needs no bounds of its own, and a
/// wrong computation fails on the span's. <see cref="MessageHeaderBytes" /> and its siblings are for that computation.
/// </remarks>
public ref struct ThriftWriter
{
    /// <summary>The bytes of a field's header.</summary>
    public const int FieldHeaderBytes = 3;

    /// <summary>The bytes of a map's header.</summary>
    public const int MapHeaderBytes = 6;

    /// <summary>The bytes of a list's header.</summary>
    public const int ListHeaderBytes = 5;

    /// <summary>The bytes of a field that is a boolean.</summary>
    public const int BoolFieldBytes = FieldHeaderBytes + 1;

    /// <summary>The bytes of a field that is a 64-bit integer.</summary>
    public const int Int64FieldBytes = FieldHeaderBytes + 8;

    /// <summary>The bytes of the stop that ends a struct.</summary>
    public const int StopBytes = 1;

    private const uint Version1 = 0x8001_0000;

    private readonly Span<byte> _target;

    /// <summary>A writer at the start of <paramref name="target" />.</summary>
    /// <param name="target">Where the bytes go.</param>
    public ThriftWriter(Span<byte> target) => _target = target;

    /// <summary>How many bytes have been written.</summary>
    public int Written { get; private set; }

    /// <summary>The bytes of a message's header.</summary>
    /// <param name="nameLength">The length of the method's name.</param>
    public static int MessageHeaderBytes(int nameLength) => 4 + BytesBytes(nameLength) + 4;

    /// <summary>The bytes of a string or binary.</summary>
    /// <param name="length">Its length.</param>
    public static int BytesBytes(int length) => 4 + length;

    /// <summary>Writes the length of the frame that follows.</summary>
    /// <param name="length">The length without these four bytes.</param>
    public void WriteFrameHeader(int length) => WriteInt32(length);

    /// <summary>Writes the header of a message.</summary>
    /// <param name="type">What the message is.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="sequenceId">The number that pairs calls with answers.</param>
    public void WriteMessageHeader(ThriftMessageType type, ReadOnlySpan<byte> name, int sequenceId)
    {
        WriteInt32(unchecked((int)(Version1 | (uint)type)));
        WriteBytes(name);
        WriteInt32(sequenceId);
    }

    /// <summary>Writes the header of a field.</summary>
    /// <param name="type">The field's type.</param>
    /// <param name="id">The field's number.</param>
    public void WriteFieldHeader(ThriftType type, short id)
    {
        _target[Written++] = (byte)type;
        BinaryPrimitives.WriteInt16BigEndian(_target[Written..], id);
        Written += 2;
    }

    /// <summary>Writes the header of a map.</summary>
    /// <param name="keyType">The type of all keys.</param>
    /// <param name="valueType">The type of all values.</param>
    /// <param name="count">The number of pairs that follow.</param>
    public void WriteMapHeader(ThriftType keyType, ThriftType valueType, int count)
    {
        _target[Written++] = (byte)keyType;
        _target[Written++] = (byte)valueType;
        WriteInt32(count);
    }

    /// <summary>Writes the header of a list.</summary>
    /// <param name="type">The type of all elements.</param>
    /// <param name="count">The number of elements that follow.</param>
    public void WriteListHeader(ThriftType type, int count)
    {
        _target[Written++] = (byte)type;
        WriteInt32(count);
    }

    /// <summary>Writes a field that is a boolean.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">The boolean.</param>
    public void WriteBoolField(short id, bool value)
    {
        WriteFieldHeader(ThriftType.Bool, id);
        _target[Written++] = value ? (byte)1 : (byte)0;
    }

    /// <summary>Writes a string or binary.</summary>
    /// <param name="value">The bytes.</param>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteInt32(value.Length);
        value.CopyTo(_target[Written..]);
        Written += value.Length;
    }

    /// <summary>Writes a field that is a string or binary.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">The bytes.</param>
    public void WriteBytesField(short id, ReadOnlySpan<byte> value)
    {
        WriteFieldHeader(ThriftType.Bytes, id);
        WriteBytes(value);
    }

    /// <summary>Writes a 32-bit integer.</summary>
    /// <param name="value">The integer.</param>
    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_target[Written..], value);
        Written += 4;
    }

    /// <summary>Writes a field that is a 64-bit integer.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">The integer.</param>
    public void WriteInt64Field(short id, long value)
    {
        WriteFieldHeader(ThriftType.Int64, id);
        BinaryPrimitives.WriteInt64BigEndian(_target[Written..], value);
        Written += 8;
    }

    /// <summary>Writes the stop that ends a struct.</summary>
    public void WriteStop() => _target[Written++] = (byte)ThriftType.Stop;
}
