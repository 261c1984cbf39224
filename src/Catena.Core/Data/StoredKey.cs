using System.Buffers.Binary;

namespace Catena.Core.Data;

/// <summary>The form in which keys are stored: slot, table and key, so that byte order keeps each slot's keys together.</summary>
/// <remarks>
/// Slot u16 and table u16, both big-endian, then the key's own bytes. Grouping by slot gives scans a cursor that is a plain number
/// and makes counting or listing a slot's keys a range scan; inside a slot, and so inside a hash tag, keys are in byte order.
/// </remarks>
public static class StoredKey
{
    /// <summary>The bytes before the key's own.</summary>
    public const int PrefixLength = 4;

    /// <summary>The longest key that a client may use, in bytes.</summary>
    public const int MaxKeyLength = 65_535;

    /// <summary>The longest stored key, in bytes.</summary>
    public const int MaxLength = PrefixLength + MaxKeyLength;

    /// <summary>The table of what partitions keep for themselves; no client's keys are in it.</summary>
    public const ushort SystemTable = ushort.MaxValue;

    /// <summary>The table in which names of tables have their numbers (<see cref="Tables.CatalogueKeys" />); no client's keys are in it.</summary>
    public const ushort CatalogueTable = SystemTable - 1;

    /// <summary>The last number that a table of clients can have; 0 is the default table's.</summary>
    public const ushort LastTable = CatalogueTable - 1;

    /// <summary>Whether a table is one that was created by a name, and can be dropped.</summary>
    public static bool IsNamed(ushort table) => table is not 0 and <= LastTable;

    /// <summary>Whether a stored key is one that the partition keeps for itself.</summary>
    public static bool IsSystem(ReadOnlySpan<byte> storedKey) => storedKey.Length >= PrefixLength && Table(storedKey) == SystemTable;

    /// <summary>Writes the stored form of a key; <paramref name="destination" /> must have room for it.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> destination, ushort slot, ushort table, ReadOnlySpan<byte> key)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, slot);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], table);
        key.CopyTo(destination[PrefixLength..]);
        return PrefixLength + key.Length;
    }

    /// <summary>The stored form of a key.</summary>
    public static byte[] Of(ushort slot, ushort table, ReadOnlySpan<byte> key)
    {
        var stored = new byte[PrefixLength + key.Length];
        Write(stored, slot, table, key);
        return stored;
    }

    /// <summary>The slot of a stored key.</summary>
    public static ushort Slot(ReadOnlySpan<byte> storedKey) => BinaryPrimitives.ReadUInt16BigEndian(storedKey);

    /// <summary>The table of a stored key.</summary>
    public static ushort Table(ReadOnlySpan<byte> storedKey) => BinaryPrimitives.ReadUInt16BigEndian(storedKey[2..]);

    /// <summary>The key's own bytes.</summary>
    public static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> storedKey) => storedKey[PrefixLength..];
}
