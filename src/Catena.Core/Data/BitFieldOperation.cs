using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>One operation on a field of bits: an integer that begins at any bit of a value.</summary>
/// <remarks>Bits are numbered from the highest one of the first byte on, and a field's first bit is its highest.</remarks>
/// <param name="Action">What is done.</param>
/// <param name="Overflow">What becomes of a number that does not fit.</param>
/// <param name="IsSigned">Whether the field holds a number in two's complement.</param>
/// <param name="Width">How many bits it has: 1 to 64, or to 63 where it has no sign.</param>
/// <param name="Offset">The number of its first bit.</param>
/// <param name="Number">What is set or added.</param>
public readonly record struct BitFieldOperation(
    BitFieldAction Action, BitFieldOverflow Overflow, bool IsSigned, int Width, long Offset, long Number)
{
    /// <summary>The number of the last bit.</summary>
    public long LastBit => Offset + Width - 1;

    /// <summary>Whether the operation may change the value.</summary>
    public bool IsWrite => Action != BitFieldAction.Get;

    /// <summary>Adds the operation to packed ones.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.WriteByte((byte)Action);
        writer.WriteByte((byte)Overflow);
        writer.WriteByte((byte)(Width | (IsSigned ? 0x80 : 0)));
        writer.WriteVarint((ulong)Offset);
        writer.WriteInt64(Number);
    }

    /// <summary>Reads one operation; the reader is invalid afterwards where there was none or one against the rules.</summary>
    /// <param name="reader">Stands at the first byte.</param>
    public static BitFieldOperation Read(ref ByteReader reader)
    {
        var action = (BitFieldAction)reader.ReadByte();
        var overflow = (BitFieldOverflow)reader.ReadByte();
        var form = reader.ReadByte();
        var offset = reader.ReadVarint();
        var number = reader.ReadInt64();
        var isSigned = (form & 0x80) != 0;
        var width = form & 0x7f;
        if (action is not (BitFieldAction.Get or BitFieldAction.Set or BitFieldAction.Add)
            || overflow is not (BitFieldOverflow.Wrap or BitFieldOverflow.Saturate or BitFieldOverflow.Fail)
            || width == 0
            || width > (isSigned ? 64 : 63)
            || offset > long.MaxValue - 64)
        {
            reader.Fail();
            return default;
        }

        return new BitFieldOperation(action, overflow, isSigned, width, (long)offset, number);
    }
}
