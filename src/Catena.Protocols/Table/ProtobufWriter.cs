namespace Catena.Protocols.Table;

/// <summary>Writes the fields of a Protocol Buffers message into space that is known to suffice.</summary>
/// <remarks>
/// What stands for "nothing" in proto3 (zero, no bytes) is left out where the field is a single one, as every other writer does. The writer
/// has no bounds of its own: a wrong computation fails on the span's.
/// </remarks>
public ref struct ProtobufWriter
{
    /// <summary>The most bytes that an integer takes.</summary>
    public const int MaxVarintBytes = 10;

    private readonly Span<byte> _target;

    /// <summary>A writer at the start of <paramref name="target" />.</summary>
    /// <param name="target">Where the bytes go.</param>
    public ProtobufWriter(Span<byte> target) => _target = target;

    /// <summary>How many bytes have been written.</summary>
    public int Written { get; private set; }

    /// <summary>The bytes that an integer takes.</summary>
    /// <param name="value">The integer.</param>
    public static int VarintBytes(ulong value)
    {
        var bytes = 1;
        while ((value >>= 7) != 0)
        {
            bytes++;
        }

        return bytes;
    }

    /// <summary>The bytes of a field that holds bytes, with a number below 16.</summary>
    /// <param name="length">How many it holds.</param>
    public static int BytesFieldBytes(int length) => 1 + VarintBytes((uint)length) + length;

    /// <summary>Writes a field that is an unsigned integer, or a signed one that is not negative; zero is left out.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The integer.</param>
    public void WriteUnsigned(int field, ulong value)
    {
        if (value != 0)
        {
            WriteTag(field, ProtobufWireType.Varint);
            WriteVarint(value);
        }
    }

    /// <summary>Writes a field that is an sint32: the sign is the lowest bit; zero is left out.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The integer.</param>
    public void WriteZigZag(int field, int value) => WriteUnsigned(field, (uint)((value << 1) ^ (value >> 31)));

    /// <summary>Writes a field that is a string, bytes or a message, or one of a list of them.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The bytes.</param>
    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteLength(field, value.Length);
        value.CopyTo(_target[Written..]);
        Written += value.Length;
    }

    /// <summary>Writes what comes before a field's bytes.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="length">How many bytes follow.</param>
    public void WriteLength(int field, int length)
    {
        WriteTag(field, ProtobufWireType.Bytes);
        WriteVarint((uint)length);
    }

    private void WriteTag(int field, ProtobufWireType type) => WriteVarint((uint)((field << 3) | (int)type));

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _target[Written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[Written++] = (byte)value;
    }
}
