using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Journaling;

/// <summary>A record of the journal: an entry's frame, its checksum extended by the record's position, on a multiple of eight bytes.</summary>
/// <remarks>
/// The position in the checksum makes every record valid in one place only: what a recycled segment held before, and what was
/// written to the wrong place, never passes. The frame's own checksum is found again by computing it, so frames go to
/// other nodes and come from them without a second pass over their bytes.
/// </remarks>
internal static class JournalRecord
{
    /// <summary>Records begin at multiples of this.</summary>
    internal const int Alignment = 8;

    /// <summary>The partition number under which the node's own records and the marks are written.</summary>
    internal static PartitionId Node => new(ushort.MaxValue);

    /// <summary>The room that a record with a frame of this length takes.</summary>
    internal static int RoomFor(int frameLength) => (frameLength + Alignment - 1) & -Alignment;

    /// <summary>The checksum that a frame has in the journal.</summary>
    internal static uint Bind(uint frameChecksum, long position)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        return Crc32C.Extend(frameChecksum, bytes);
    }

    /// <summary>The checksum in a frame's header.</summary>
    internal static uint ChecksumOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);

    /// <summary>Puts a checksum into a frame's header.</summary>
    internal static void SetChecksum(Span<byte> frame, uint checksum) => BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], checksum);

    /// <summary>Reads the record at the start of <paramref name="source" />, whose position is given, verifying everything.</summary>
    /// <param name="source">The record and perhaps more.</param>
    /// <param name="position">Where the record is.</param>
    /// <param name="length">The frame's length.</param>
    /// <param name="frameChecksum">The checksum that the frame has outside the journal.</param>
    /// <returns>False where this is no whole record, or one of another place.</returns>
    internal static bool TryVerify(ReadOnlySpan<byte> source, long position, out int length, out uint frameChecksum)
    {
        frameChecksum = 0;
        if (!TryReadLength(source, out length))
        {
            return false;
        }

        frameChecksum = Crc32C.Compute(source[8..length]);
        return Bind(frameChecksum, position) == ChecksumOf(source);
    }

    /// <summary>Reads the length of a record that may stand at the start of <paramref name="source" />: what costs no checksum.</summary>
    internal static bool TryReadLength(ReadOnlySpan<byte> source, out int length)
    {
        length = 0;
        if (source.Length < EntryFrame.HeaderLength)
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(source);
        return length >= EntryFrame.HeaderLength && length <= source.Length && source[11] == 0 && IsType(source[10]);
    }

    private static bool IsType(byte type) => type is (>= 1 and <= 3) or (>= 64 and <= 73);
}
