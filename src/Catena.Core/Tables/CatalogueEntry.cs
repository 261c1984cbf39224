using System.Buffers.Binary;

namespace Catena.Core.Tables;

/// <summary>What the catalogue says of a name.</summary>
/// <remarks>As bytes: the version of the form (u8, 1), the state (u8: 0 where the table is there, 1 where it is being dropped), the number (u16, big-endian). Further bytes would be of a later form.</remarks>
/// <param name="Number">The table's number.</param>
/// <param name="IsBeingDropped">Whether the table is being dropped.</param>
public readonly record struct CatalogueEntry(ushort Number, bool IsBeingDropped)
{
    private const byte Form = 1;
    private const int Length = 4;

    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">What stands under the name.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>False where it is malformed, or of a form that this build does not know.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CatalogueEntry entry)
    {
        var isGood = bytes.Length == Length && bytes[0] == Form && bytes[1] <= 1;
        entry = isGood ? new CatalogueEntry(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), bytes[1] == 1) : default;
        return isGood && Data.StoredKey.IsNamed(entry.Number);
    }

    /// <summary>The entry as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Form;
        bytes[1] = IsBeingDropped ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), Number);
        return bytes;
    }
}
