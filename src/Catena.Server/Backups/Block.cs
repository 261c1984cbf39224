using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>The framing of everything that backups store and send: a length, a kind, a checksum, a payload.</summary>
/// <remarks>
/// Little-endian: length of the payload u32; kind u8; three zero bytes; CRC-32C u32 of the eight bytes before it and of the payload; the payload.
/// </remarks>
public static class Block
{
    /// <summary>The bytes before the payload.</summary>
    public const int HeaderLength = 12;

    /// <summary>The longest payload: two of the longest log entries.</summary>
    public const int MaxPayload = 128 << 20;

    /// <summary>Writes a whole block.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="payload">The payload.</param>
    public static void Write(IBufferWriter<byte> writer, BlockKind kind, ReadOnlySpan<byte> payload)
    {
        var block = writer.GetSpan(HeaderLength + payload.Length)[..(HeaderLength + payload.Length)];
        payload.CopyTo(block[HeaderLength..]);
        Seal(block, kind);
        writer.Advance(block.Length);
    }

    /// <summary>Leaves room for a header before a payload that is about to be written; <see cref="Seal" /> fills it in.</summary>
    /// <param name="writer">Where to.</param>
    public static void Reserve(IBufferWriter<byte> writer)
    {
        writer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        writer.Advance(HeaderLength);
    }

    /// <summary>Fills in the header of a block whose payload stands.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="kind">What it holds.</param>
    public static void Seal(Span<byte> block, BlockKind kind)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block, block.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (byte)kind);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], Checksum(block, block[HeaderLength..]));
    }

    /// <summary>Reads a header.</summary>
    /// <param name="header">Its bytes.</param>
    /// <param name="kind">What the block holds.</param>
    /// <param name="length">The length of its payload.</param>
    /// <returns>False where it cannot be one.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out BlockKind kind, out int length)
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var word = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        kind = (BlockKind)word;
        return length is >= 0 and <= MaxPayload && word is >= (byte)BlockKind.Begin and <= (byte)BlockKind.Failure;
    }

    /// <summary>Whether header and payload are what was sealed.</summary>
    /// <param name="header">The header.</param>
    /// <param name="payload">The payload.</param>
    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == Checksum(header, payload);

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Crc32C.Extend(Crc32C.Compute(header[..8]), payload);
}
