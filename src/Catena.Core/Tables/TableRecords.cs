using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Core.Tables;

/// <summary>The records that a partition keeps of tables that have been dropped, beside those of transactions (<see cref="Transactions.TransactionKeys" />).</summary>
/// <remarks>
/// A byte says what it is, the table's number follows (u16, big-endian). They stay for good: a number is never used again, and whoever still has it must not write under it.
/// </remarks>
public static class TableRecords
{
    /// <summary>The length of each.</summary>
    public const int Length = StoredKey.PrefixLength + 1 + sizeof(ushort);

    private const byte Dropped = (byte)'t';

    /// <summary>What stands under such a key: the version of its form.</summary>
    public static ReadOnlySpan<byte> DroppedValue => [1];

    /// <summary>The key that says that a table is dropped.</summary>
    /// <param name="destination">Has room for <see cref="Length" /> bytes.</param>
    /// <param name="slots">The partition's slots.</param>
    /// <param name="table">The table.</param>
    public static void WriteDropped(Span<byte> destination, SlotRange slots, ushort table)
    {
        StoredKey.Write(destination, slots.First.Value, StoredKey.SystemTable, default);
        destination[StoredKey.PrefixLength] = Dropped;
        BinaryPrimitives.WriteUInt16BigEndian(destination[(StoredKey.PrefixLength + 1)..], table);
    }

    /// <summary>Whether a stored key says that a table is dropped, and which.</summary>
    public static bool IsDropped(ReadOnlySpan<byte> storedKey, out ushort table)
    {
        var isOne = storedKey.Length == Length && StoredKey.IsSystem(storedKey) && storedKey[StoredKey.PrefixLength] == Dropped;
        table = isOne ? BinaryPrimitives.ReadUInt16BigEndian(storedKey[(StoredKey.PrefixLength + 1)..]) : (ushort)0;
        return isOne;
    }
}
