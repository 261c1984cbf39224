using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Catena.Storage.Indexing;

/// <summary>The layout of a page of the index: a header, slots in key order, and cells that grow from the end.</summary>
/// <remarks>
/// Header: kind u8, unused u8, count u16, first byte of the cells u16, dead bytes among the cells u16, link u32 (a branch's
/// leftmost child, the next page of a long key, the next free page), unused u32. Then a slot each: its cell's offset u16, and in a leaf the fingerprint u16 of its key, 16 bits of a hash, so that
/// a look at the slots tells which cell may have a key. All in the machine's byte order: pages never leave memory.
/// </remarks>
internal static unsafe class IndexPage
{
    internal const byte Free = 0;
    internal const byte Leaf = 1;
    internal const byte Branch = 2;
    internal const byte LongKey = 3;

    internal const int KindAt = 0;
    internal const int LinkAt = 8;
    internal const int HeaderLength = 16;
    internal const int SlotLength = 4;
    internal const int Capacity = PageSpace.PageSize - HeaderLength;

    private const int LineBytes = 64;
    private const int PrefetchedSlotBytes = 2 * LineBytes;
    private const int PrefetchedCellBytes = 3 * LineBytes;
    private const int CountAt = 2;
    private const int CellsAt = 4;
    private const int DeadAt = 6;

    internal static byte Kind(byte* page) => page[KindAt];

    internal static int Count(byte* page) => *(ushort*)(page + CountAt);

    internal static uint Link(byte* page) => *(uint*)(page + LinkAt);

    internal static void SetLink(byte* page, uint link) => *(uint*)(page + LinkAt) = link;

    /// <summary>The bytes that cells and slots take, without the dead ones.</summary>
    internal static int Used(byte* page) =>
        PageSpace.PageSize - *(ushort*)(page + CellsAt) - *(ushort*)(page + DeadAt) + (Count(page) * SlotLength);

    /// <summary>Makes an empty page.</summary>
    internal static void Format(byte* page, byte kind, uint link)
    {
        new Span<byte>(page, HeaderLength).Clear();
        page[KindAt] = kind;
        *(ushort*)(page + CellsAt) = PageSpace.PageSize;
        SetLink(page, link);
    }

    /// <summary>The offset of a slot's cell, or -1 where what is read makes no sense.</summary>
    internal static int CellOffset(byte* page, int slot)
    {
        if ((uint)slot >= (uint)Count(page) || slot >= Capacity / SlotLength)
        {
            return -1;
        }

        return *(ushort*)(page + HeaderLength + (slot * SlotLength));
    }

    /// <summary>Asks for the header and the slots of a page, as many as pages of small values have.</summary>
    internal static void PrefetchSlots(byte* page)
    {
        if (Sse.IsSupported)
        {
            for (var line = 0; line < PrefetchedSlotBytes; line += LineBytes)
            {
                Sse.Prefetch0(page + line);
            }
        }
    }

    /// <summary>Asks for the beginning of a slot's cell. Safe on pages that are changing.</summary>
    internal static void PrefetchCell(byte* page, int slot)
    {
        // A processor drops a prefetch of what is not mapped, so nothing has to be looked at here.
        if (Sse.IsSupported && CellOffset(page, slot) is >= 0 and var offset)
        {
            for (var line = 0; line < PrefetchedCellBytes; line += LineBytes)
            {
                Sse.Prefetch0(page + offset + line);
            }
        }
    }

    /// <summary>The first slot from one on whose key has a fingerprint; -1 where there is none. Safe on pages that are changing.</summary>
    internal static int FindFingerprint(byte* page, ushort fingerprint, int from)
    {
        var count = Math.Min(Count(page), Capacity / SlotLength);
        var slots = (uint*)(page + HeaderLength);

        // Eight slots at a time; what a vector reads behind the last slot is still inside the page, and is passed over.
        var wanted = Vector256.Create((uint)fingerprint);
        for (; from < count && from <= (Capacity / SlotLength) - Vector256<uint>.Count; from += Vector256<uint>.Count)
        {
            var found = Vector256.Equals(Vector256.ShiftRightLogical(Vector256.Load(slots + from), 16), wanted).ExtractMostSignificantBits();
            if (found != 0)
            {
                var slot = from + BitOperations.TrailingZeroCount(found);
                return slot < count ? slot : -1;
            }
        }

        for (var slot = from; slot < count; slot++)
        {
            if (slots[slot] >> 16 == fingerprint)
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>Puts a cell into a slot, moving the later slots up.</summary>
    /// <returns>False where there is no room; nothing has changed then.</returns>
    internal static bool TryInsert(byte* page, int slot, ReadOnlySpan<byte> cell)
    {
        var needed = cell.Length + SlotLength;
        if (needed > Capacity - Used(page))
        {
            return false;
        }

        var count = Count(page);
        var slots = page + HeaderLength;
        if (*(ushort*)(page + CellsAt) - HeaderLength - (count * SlotLength) < needed)
        {
            Compact(page);
        }

        var offset = *(ushort*)(page + CellsAt) - cell.Length;
        cell.CopyTo(new Span<byte>(page + offset, cell.Length));
        var moved = (count - slot) * SlotLength;
        Buffer.MemoryCopy(slots + (slot * SlotLength), slots + ((slot + 1) * SlotLength), moved, moved);
        var fingerprint = Kind(page) == Leaf ? IndexCell.HashOfCell(cell) >> 16 : 0;
        *(uint*)(slots + (slot * SlotLength)) = (fingerprint << 16) | (ushort)offset;
        *(ushort*)(page + CellsAt) = (ushort)offset;
        *(ushort*)(page + CountAt) = (ushort)(count + 1);
        return true;
    }

    /// <summary>Takes a slot and its cell out.</summary>
    internal static void Remove(byte* page, int slot, int cellLength)
    {
        var count = Count(page);
        var slots = page + HeaderLength;
        var offset = CellOffset(page, slot);
        if (offset == *(ushort*)(page + CellsAt))
        {
            *(ushort*)(page + CellsAt) = (ushort)(offset + cellLength);
        }
        else
        {
            *(ushort*)(page + DeadAt) += (ushort)cellLength;
        }

        var moved = (count - slot - 1) * SlotLength;
        Buffer.MemoryCopy(slots + ((slot + 1) * SlotLength), slots + (slot * SlotLength), moved, moved);
        *(ushort*)(page + CountAt) = (ushort)(count - 1);
    }

    private static void Compact(byte* page)
    {
        var copy = stackalloc byte[PageSpace.PageSize];
        Buffer.MemoryCopy(page, copy, PageSpace.PageSize, PageSpace.PageSize);
        var end = PageSpace.PageSize;
        var count = Count(copy);
        for (var slot = 0; slot < count; slot++)
        {
            IndexCell.Read(copy, slot, out var cell);
            end -= cell.Length;
            Buffer.MemoryCopy(copy + cell.Offset, page + end, cell.Length, cell.Length);
            *(ushort*)(page + HeaderLength + (slot * SlotLength)) = (ushort)end;
        }

        *(ushort*)(page + CellsAt) = (ushort)end;
        *(ushort*)(page + DeadAt) = 0;
    }
}
