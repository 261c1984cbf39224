using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Log;

/// <summary>The bytes of one entry, the same in the journal and between nodes.</summary>
/// <remarks>
/// Little-endian: length u32 (of the whole frame), CRC-32C u32 (of all that follows it), partition u16, type u8, flags u8 (0),
/// distance u32 (sequence minus <see cref="EntryHeader.Committed" />, saturated), epoch u64, sequence u64, body. The checksum
/// covers the identity, so that a misdirected write is seen for what it is. The journal extends it by the record's position.
/// </remarks>
public static class EntryFrame
{
    /// <summary>The bytes before the body.</summary>
    public const int HeaderLength = 32;

    /// <summary>The largest frame: a batch of the largest values fits.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The length of the frame of an entry with a body of <paramref name="bodyLength" /> bytes.</summary>
    public static int LengthFor(int bodyLength) => HeaderLength + bodyLength;

    /// <summary>Writes the header before a body that already stands at <see cref="HeaderLength" /> of the frame.</summary>
    /// <param name="frame">The whole frame, its body filled in.</param>
    /// <param name="header">What the header says.</param>
    public static void Seal(Span<byte> frame, in EntryHeader header)
    {
        WriteHeader(frame, header, frame[HeaderLength..]);
    }

    /// <summary>Writes the header of a frame whose body stands elsewhere, and is to follow it.</summary>
    /// <param name="destination">At least <see cref="HeaderLength" /> bytes.</param>
    /// <param name="header">What the header says.</param>
    /// <param name="body">The body.</param>
    public static void WriteHeader(Span<byte> destination, in EntryHeader header, ReadOnlySpan<byte> body)
    {
        var distance = header.Lsn.Sequence - header.Committed;
        BinaryPrimitives.WriteInt32LittleEndian(destination, LengthFor(body.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], header.Partition.Value);
        destination[10] = (byte)header.Type;
        destination[11] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)Math.Min(distance, uint.MaxValue));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], header.Lsn.Epoch.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], header.Lsn.Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Crc32C.Extend(Crc32C.Compute(destination[8..HeaderLength]), body));
    }

    /// <summary>Reads one frame from the start of <paramref name="source" />, verifying its checksum.</summary>
    /// <param name="source">The frame and perhaps more.</param>
    /// <param name="header">What the header says.</param>
    /// <param name="body">The body, inside <paramref name="source" />.</param>
    /// <param name="length">The length of the frame.</param>
    /// <returns>False where the bytes are no whole frame with a matching checksum.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out EntryHeader header, out ReadOnlySpan<byte> body, out int length)
    {
        header = default;
        body = default;
        length = 0;
        if (source.Length < HeaderLength)
        {
            return false;
        }

        var declared = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (declared < HeaderLength || declared > source.Length)
        {
            return false;
        }

        var frame = source[..declared];
        if (Crc32C.Compute(frame[8..]) != BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]))
        {
            return false;
        }

        header = ReadHeader(frame);
        body = frame[HeaderLength..];
        length = declared;
        return true;
    }

    /// <summary>Reads the header of a frame whose checksum has been verified before.</summary>
    /// <param name="frame">At least the header's bytes.</param>
    public static EntryHeader ReadHeader(ReadOnlySpan<byte> frame)
    {
        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(frame[24..]);
        var distance = BinaryPrimitives.ReadUInt32LittleEndian(frame[12..]);
        return new EntryHeader(
            new PartitionId(BinaryPrimitives.ReadUInt16LittleEndian(frame[8..])),
            new Lsn(new Epoch(BinaryPrimitives.ReadUInt64LittleEndian(frame[16..])), sequence),
            (EntryType)frame[10],
            distance == uint.MaxValue || distance > sequence ? 0 : sequence - distance);
    }
}
