using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp.Dump;

/// <summary>A string in the form that DUMP answers and RESTORE takes, the bytes of which are those of Redis 7.0.</summary>
/// <remarks>
/// <para>
/// The type of the value (0, a string), the string as in an RDB file, the version of that format in two bytes, and the CRC-64 of all of it
/// (<see cref="Crc64" />); numbers are little-endian but for lengths.
/// </para>
/// <para>
/// A string is its length and its bytes, or a byte from 0xC0 on: a number of one, two or four bytes, whose decimal text is the string, or
/// LZF: the compressed length, the length, the compressed bytes. A length below 64 takes one byte, below 16,384 two (01 in the upper
/// bits), and else five or nine (0x80, 0x81, big-endian).
/// </para>
/// </remarks>
public static class DumpPayload
{
    private const ushort Version = 10;
    private const int FooterBytes = sizeof(ushort) + sizeof(ulong);
    private const byte StringType = 0;
    private const byte Number8 = 0xC0;
    private const byte Number16 = 0xC1;
    private const byte Number32 = 0xC2;
    private const byte Compressed = 0xC3;
    private const byte Length32 = 0x80;
    private const byte Length64 = 0x81;

    // What Redis takes to be worth compressing, and the least that it must save.
    private const int LeastCompressed = 21;
    private const int LeastSaved = 4;

    /// <summary>Dumps a value.</summary>
    /// <param name="value">The value.</param>
    public static byte[] Write(ReadOnlySpan<byte> value)
    {
        var writer = new ArrayBufferWriter<byte>(value.Length + 32);
        writer.WriteByte(StringType);
        if (RedisInteger.TryParse(value, out var number) && number is >= int.MinValue and <= int.MaxValue)
        {
            WriteNumber(writer, (int)number);
        }
        else if (value.Length < LeastCompressed || !TryWriteCompressed(writer, value))
        {
            WriteLength(writer, value.Length);
            writer.Write(value);
        }

        writer.WriteUInt16(Version);
        writer.WriteUInt64(Crc64.Compute(writer.WrittenSpan));
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a dumped value.</summary>
    /// <param name="payload">What DUMP answered.</param>
    /// <param name="maxValueBytes">The longest value.</param>
    /// <param name="value">The value; it may point into the payload.</param>
    public static DumpStatus Read(ReadOnlySpan<byte> payload, int maxValueBytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (payload.Length < FooterBytes
            || BinaryPrimitives.ReadUInt16LittleEndian(payload[^FooterBytes..]) > Version
            || BinaryPrimitives.ReadUInt64LittleEndian(payload[^sizeof(ulong)..]) != Crc64.Compute(payload[..^sizeof(ulong)]))
        {
            return DumpStatus.Unverified;
        }

        // As in Redis the value may reach into what ends the payload, and something may stand between the two.
        var reader = new ByteReader(payload);
        if (reader.ReadByte() != StringType)
        {
            return DumpStatus.Malformed;
        }

        var status = ReadString(ref reader, maxValueBytes, out value);
        return reader.IsValid ? status : DumpStatus.Malformed;
    }

    private static DumpStatus ReadString(scoped ref ByteReader reader, int maxValueBytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        var first = reader.Rest.IsEmpty ? (byte)0 : reader.Rest[0];
        switch (first)
        {
            case Number8:
                reader.ReadByte();
                value = Text((sbyte)reader.ReadByte());
                return DumpStatus.Read;
            case Number16:
                reader.ReadByte();
                value = Text((short)reader.ReadUInt16());
                return DumpStatus.Read;
            case Number32:
                reader.ReadByte();
                value = Text((int)reader.ReadUInt32());
                return DumpStatus.Read;
            case Compressed:
                reader.ReadByte();
                return ReadCompressed(ref reader, maxValueBytes, out value);
        }

        var length = ReadLength(ref reader);
        if (length > (ulong)reader.Rest.Length)
        {
            return DumpStatus.Malformed;
        }

        value = reader.ReadBytes((int)length);
        return value.Length > maxValueBytes ? DumpStatus.TooLong : DumpStatus.Read;
    }

    private static DumpStatus ReadCompressed(scoped ref ByteReader reader, int maxValueBytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        var compressedLength = ReadLength(ref reader);
        var length = ReadLength(ref reader);
        if (compressedLength > (ulong)reader.Rest.Length)
        {
            return DumpStatus.Malformed;
        }

        if (length > (ulong)maxValueBytes)
        {
            return DumpStatus.TooLong;
        }

        var text = new byte[length];
        value = text;
        return Lzf.TryDecompress(reader.ReadBytes((int)compressedLength), text) ? DumpStatus.Read : DumpStatus.Malformed;
    }

    private static ulong ReadLength(ref ByteReader reader)
    {
        var first = reader.ReadByte();
        switch (first >> 6)
        {
            case 0:
                return first;
            case 1:
                return ((ulong)(first & 0x3f) << 8) | reader.ReadByte();
            case 2 when first == Length32:
                return BinaryPrimitives.ReverseEndianness(reader.ReadUInt32());
            case 2 when first == Length64:
                return BinaryPrimitives.ReverseEndianness(reader.ReadUInt64());
            default:
                reader.Fail();
                return 0;
        }
    }

    private static byte[] Text(int number)
    {
        var text = new byte[RedisInteger.MaxLength];
        number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return text[..length];
    }

    private static void WriteNumber(IBufferWriter<byte> writer, int number)
    {
        switch (number)
        {
            case >= sbyte.MinValue and <= sbyte.MaxValue:
                writer.WriteByte(Number8);
                writer.WriteByte((byte)number);
                break;
            case >= short.MinValue and <= short.MaxValue:
                writer.WriteByte(Number16);
                writer.WriteUInt16((ushort)number);
                break;
            default:
                writer.WriteByte(Number32);
                writer.WriteUInt32((uint)number);
                break;
        }
    }

    private static bool TryWriteCompressed(IBufferWriter<byte> writer, ReadOnlySpan<byte> value)
    {
        var compressed = ArrayPool<byte>.Shared.Rent(value.Length);
        var length = Lzf.Compress(value, compressed.AsSpan(0, value.Length - LeastSaved));
        if (length > 0)
        {
            writer.WriteByte(Compressed);
            WriteLength(writer, length);
            WriteLength(writer, value.Length);
            writer.Write(compressed.AsSpan(0, length));
        }

        ArrayPool<byte>.Shared.Return(compressed);
        return length > 0;
    }

    private static void WriteLength(IBufferWriter<byte> writer, int length)
    {
        switch (length)
        {
            case < 1 << 6:
                writer.WriteByte((byte)length);
                break;
            case < 1 << 14:
                writer.WriteByte((byte)(0x40 | (length >> 8)));
                writer.WriteByte((byte)length);
                break;
            default:
                writer.WriteByte(Length32);
                writer.WriteUInt32(BinaryPrimitives.ReverseEndianness((uint)length));
                break;
        }
    }
}
