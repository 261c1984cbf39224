using System.Buffers;
using System.Buffers.Binary;

namespace Catena.Core.Primitives;

/// <summary>Writes what <see cref="ByteReader" /> reads.</summary>
public static class ByteWriterExtensions
{
    /// <summary>Writes one byte.</summary>
    public static void WriteByte(this IBufferWriter<byte> writer, byte value)
    {
        writer.GetSpan(1)[0] = value;
        writer.Advance(1);
    }

    /// <summary>Writes two bytes.</summary>
    public static void WriteUInt16(this IBufferWriter<byte> writer, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(writer.GetSpan(2), value);
        writer.Advance(2);
    }

    /// <summary>Writes four bytes.</summary>
    public static void WriteUInt32(this IBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(4), value);
        writer.Advance(4);
    }

    /// <summary>Writes eight bytes.</summary>
    public static void WriteUInt64(this IBufferWriter<byte> writer, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(writer.GetSpan(8), value);
        writer.Advance(8);
    }

    /// <summary>Writes eight bytes.</summary>
    public static void WriteInt64(this IBufferWriter<byte> writer, long value) => writer.WriteUInt64(unchecked((ulong)value));

    /// <summary>Writes a number in one to ten bytes (LEB128).</summary>
    public static void WriteVarint(this IBufferWriter<byte> writer, ulong value)
    {
        var span = writer.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        writer.Advance(count);
    }

    /// <summary>Writes a byte string with its length before it.</summary>
    public static void WriteString(this IBufferWriter<byte> writer, ReadOnlySpan<byte> value)
    {
        writer.WriteVarint((ulong)value.Length);
        writer.Write(value);
    }

    /// <summary>Writes an LSN.</summary>
    public static void WriteLsn(this IBufferWriter<byte> writer, Lsn value)
    {
        writer.WriteVarint(value.Epoch.Value);
        writer.WriteVarint(value.Sequence);
    }
}
