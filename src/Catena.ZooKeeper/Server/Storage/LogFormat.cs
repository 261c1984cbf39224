using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>The bytes around the transactions in a log file.</summary>
/// <remarks>
/// <para>
/// A file begins with a header {magic, salt, first zxid, CRC}. Then come frames, each at a multiple of 8: {magic int32, length int32,
/// CRC int32, 0 int32, that many bytes of transactions}. A frame is what one fsync made durable, and the next is written only after
/// that; so after a crash at most the last frame can be incomplete, and an incomplete frame with a complete one behind it is damage.
/// </para>
/// <para>
/// The CRC-32C covers the file's random salt, the frame's place, its length and its bytes. So bytes that a client stored, and bytes of
/// another file or place, are never taken for a frame.
/// </para>
/// </remarks>
internal static class LogFormat
{
    /// <summary>How long a file's header is.</summary>
    public const int FileHeaderLength = 32;

    /// <summary>How long a frame's header is.</summary>
    public const int FrameHeaderLength = 16;

    /// <summary>Frames begin at multiples of this.</summary>
    public const int Alignment = 8;

    private const ulong FileMagic = 0x3130_676F_4C6B_5A43; // "CZkLog01" as the bytes stand on disk
    private const uint FrameMagic = 0x6D72_465A; // "ZFrm" likewise

    /// <summary>The next multiple of <see cref="Alignment" />.</summary>
    /// <param name="length">Any length.</param>
    public static long Align(long length) => (length + Alignment - 1) & -Alignment;

    /// <summary>Fills in a file's header.</summary>
    /// <param name="header">Takes it; <see cref="FileHeaderLength" /> bytes.</param>
    /// <param name="salt">A random number.</param>
    /// <param name="firstZxid">The first transaction that the file is for.</param>
    public static void WriteFileHeader(Span<byte> header, ulong salt, long firstZxid)
    {
        header.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, FileMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], firstZxid);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Crc32C.Compute(header[..24]));
    }

    /// <summary>Reads a file's header; false where it is none.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="salt">The file's random number.</param>
    /// <param name="firstZxid">The first transaction that the file is for.</param>
    public static bool TryReadFileHeader(ReadOnlySpan<byte> file, out ulong salt, out long firstZxid)
    {
        salt = 0;
        firstZxid = 0;
        if (file.Length < FileHeaderLength
            || BinaryPrimitives.ReadUInt64LittleEndian(file) != FileMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(file[24..]) != Crc32C.Compute(file[..24]))
        {
            return false;
        }

        salt = BinaryPrimitives.ReadUInt64LittleEndian(file[8..]);
        firstZxid = BinaryPrimitives.ReadInt64LittleEndian(file[16..]);
        return true;
    }

    /// <summary>Fills in a frame's header.</summary>
    /// <param name="header">Takes it; <see cref="FrameHeaderLength" /> bytes.</param>
    /// <param name="salt">The file's random number.</param>
    /// <param name="offset">The frame's place in the file.</param>
    /// <param name="body">The transactions.</param>
    public static void WriteFrameHeader(Span<byte> header, ulong salt, long offset, ReadOnlySpan<byte> body)
    {
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, FrameMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], FrameCrc(salt, offset, body));
    }

    /// <summary>Reads the frame at a place; false where there is no complete one.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="salt">The file's random number.</param>
    /// <param name="offset">The place.</param>
    /// <param name="body">The transactions.</param>
    public static bool TryReadFrame(ReadOnlySpan<byte> file, ulong salt, int offset, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (file.Length - offset < FrameHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(file[offset..]) != FrameMagic)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(file[(offset + 4)..]);
        if (length <= 0 || length > file.Length - offset - FrameHeaderLength)
        {
            return false;
        }

        body = file.Slice(offset + FrameHeaderLength, length);
        return BinaryPrimitives.ReadUInt32LittleEndian(file[(offset + 8)..]) == FrameCrc(salt, offset, body);
    }

    private static uint FrameCrc(ulong salt, long offset, ReadOnlySpan<byte> body)
    {
        Span<byte> prefix = stackalloc byte[20];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, salt);
        BinaryPrimitives.WriteInt64LittleEndian(prefix[8..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[16..], body.Length);
        return Crc32C.Extend(Crc32C.Compute(prefix), body);
    }
}
