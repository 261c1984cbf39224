namespace Catena.Storage.Journaling;

/// <summary>Positions in the journal as plain numbers: segment id in the upper 32 bits, offset in the segment in the lower.</summary>
/// <remarks>They order everything that was ever appended, whatever size the segments had.</remarks>
internal static class JournalPosition
{
    /// <summary>The position of an offset in a segment.</summary>
    internal static long At(long segmentId, int offset) => (segmentId << 32) | (uint)offset;

    /// <summary>The id of the segment.</summary>
    internal static long SegmentOf(long position) => position >> 32;

    /// <summary>The offset in the segment.</summary>
    internal static int OffsetOf(long position) => (int)(position & 0xFFFF_FFFF);

    /// <summary>Prints segment and offset.</summary>
    internal static string Describe(long position) => $"segment {SegmentOf(position)} offset {OffsetOf(position)}";
}
