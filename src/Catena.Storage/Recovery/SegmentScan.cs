using System.Buffers.Binary;
using Catena.Core.Replication.Log;
using Catena.Storage.Journaling;

namespace Catena.Storage.Recovery;

/// <summary>Finds records in the bytes of one segment, also behind bytes that are none.</summary>
internal readonly ref struct SegmentScan
{
    /// <summary>How often every byte may be summed on average while looking for records among others, before looking is given up.</summary>
    private const int SumsPerByte = 16;

    private readonly long _segmentId;

    internal SegmentScan(ReadOnlySpan<byte> bytes, long segmentId)
    {
        Bytes = bytes;
        _segmentId = segmentId;
    }

    /// <summary>The segment's bytes.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The position of an offset.</summary>
    internal long PositionAt(int offset) => JournalPosition.At(_segmentId, offset);

    /// <summary>Reads the record at an offset.</summary>
    internal bool TryRead(int offset, out EntryHeader header, out ReadOnlySpan<byte> body, out int next)
    {
        header = default;
        body = default;
        next = offset;
        if (offset >= Bytes.Length || !JournalRecord.TryVerify(Bytes[offset..], PositionAt(offset), out var length, out _))
        {
            return false;
        }

        header = EntryFrame.ReadHeader(Bytes[offset..]);
        body = Bytes.Slice(offset + EntryFrame.HeaderLength, length - EntryFrame.HeaderLength);
        next = Math.Min(offset + JournalRecord.RoomFor(length), Bytes.Length);
        return true;
    }

    /// <summary>The offset of the first record at or behind an offset; -1 where none is found.</summary>
    internal int Find(int from)
    {
        var budget = (long)Bytes.Length * SumsPerByte;
        for (var offset = from; offset < Bytes.Length && budget > 0; offset += JournalRecord.Alignment)
        {
            var zeros = Bytes[offset..].IndexOfAnyExcept((byte)0);
            if (zeros < 0)
            {
                return -1;
            }

            offset += zeros & -JournalRecord.Alignment;
            if (!JournalRecord.TryReadLength(Bytes[offset..], out var length))
            {
                continue;
            }

            budget -= length;
            if (JournalRecord.TryVerify(Bytes[offset..], PositionAt(offset), out _, out _))
            {
                return offset;
            }
        }

        return -1;
    }

    /// <summary>Whether a mark at or behind an offset says that a position was durable when it was made.</summary>
    internal bool ProvesSynced(int from, long position)
    {
        for (var offset = Find(from); offset >= 0; offset = Find(offset))
        {
            TryRead(offset, out var header, out var body, out offset);
            if ((RecordType)header.Type == RecordType.Mark && Mark.TryRead(body, out var mark) && mark.Synced > position)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the place of the next record is empty: neither begun nor damaged.</summary>
    internal bool IsEmptyAt(int offset)
    {
        var place = Bytes[Math.Min(offset, Bytes.Length)..];
        return place.Length < JournalRecord.Alignment || BinaryPrimitives.ReadUInt64LittleEndian(place) == 0;
    }
}
