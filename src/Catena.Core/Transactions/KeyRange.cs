using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>The keys of one table between two stored keys, those that do not exist included: what a transaction has scanned.</summary>
/// <param name="From">The first stored key.</param>
/// <param name="To">The first stored key that does not belong to it.</param>
/// <param name="Table">The table; other tables' keys between the two do not belong to it.</param>
public sealed record KeyRange(byte[] From, byte[] To, ushort Table)
{
    /// <summary>The range that a command looks at (<see cref="CommandKind.LookRange" />); an empty one where it names none.</summary>
    public static KeyRange Of(in Command command)
    {
        var bounds = new PackedList(command.Items);
        var from = bounds.MoveNext() ? bounds.Current.ToArray() : [];
        var to = bounds.MoveNext() ? bounds.Current.ToArray() : [];
        return new KeyRange(from, to, command.Table);
    }

    /// <summary>The two ends as the items of the command that looks at it.</summary>
    public byte[] ToItems()
    {
        var items = new ArrayBufferWriter<byte>(From.Length + To.Length + 8);
        PackedList.Add(items, From);
        PackedList.Add(items, To);
        return items.WrittenSpan.ToArray();
    }

    /// <summary>Whether a stored key belongs to it.</summary>
    public bool Contains(ReadOnlySpan<byte> storedKey) => Contains(From, To, Table, storedKey);

    /// <summary>Whether a stored key belongs to a range.</summary>
    internal static bool Contains(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ushort table, ReadOnlySpan<byte> storedKey) =>
        StoredKey.Table(storedKey) == table && ByteKeyComparer.IsBetween(storedKey, from, to);

    /// <summary>Whether a range may be a client's and lies in some slots.</summary>
    internal static bool IsOfPartition(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ushort table, SlotRange slots)
    {
        Span<byte> end = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(end, (ushort)(slots.Last.Value + 1));
        return table != StoredKey.SystemTable
            && from.Length is >= sizeof(ushort) and <= StoredKey.MaxLength + 1
            && to.Length <= StoredKey.MaxLength + 1
            && StoredKey.Slot(from) >= slots.First.Value
            && from.SequenceCompareTo(to) <= 0
            && to.SequenceCompareTo(end) <= 0;
    }
}
