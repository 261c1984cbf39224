using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Server.Peers.Wire;

/// <summary>The form of a frame between nodes.</summary>
/// <remarks>
/// Little-endian: length of the payload (4 bytes), CRC-32C over length, kind and payload (4), kind (1), payload. TCP's own sum is
/// 16 bits wide and does not see what memory or a middlebox does to the bytes, so each frame has a sum of its own.
/// </remarks>
internal static class PeerFrame
{
    /// <summary>How many bytes stand before the payload.</summary>
    public const int HeaderSize = 9;

    private const int ChecksumAt = 4;
    private const int KindAt = 8;

    /// <summary>Fills in the header before a payload.</summary>
    /// <param name="frame">The whole frame; the payload stands in it already.</param>
    /// <param name="kind">What it carries.</param>
    public static void WriteHeader(Span<byte> frame, PeerFrameKind kind)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderSize);
        frame[KindAt] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumAt..], Checksum(frame));
    }

    /// <summary>Looks for a frame at the start of what has arrived.</summary>
    /// <param name="source">What has arrived.</param>
    /// <param name="maxPayload">The longest payload that is allowed.</param>
    /// <param name="frameLength">The length of the frame, header included; 0 where not even that has arrived.</param>
    /// <param name="kind">What it carries; only where it is complete.</param>
    public static PeerFrameStatus TryRead(ReadOnlySpan<byte> source, int maxPayload, out int frameLength, out PeerFrameKind kind)
    {
        frameLength = 0;
        kind = default;
        if (source.Length < HeaderSize)
        {
            return PeerFrameStatus.Incomplete;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length > (uint)maxPayload)
        {
            return PeerFrameStatus.TooLong;
        }

        kind = (PeerFrameKind)source[KindAt];
        if (kind is < PeerFrameKind.Beacon or > PeerFrameKind.PubSub)
        {
            return PeerFrameStatus.UnknownKind;
        }

        frameLength = HeaderSize + (int)length;
        if (source.Length < frameLength)
        {
            return PeerFrameStatus.Incomplete;
        }

        var frame = source[..frameLength];
        return BinaryPrimitives.ReadUInt32LittleEndian(frame[ChecksumAt..]) == Checksum(frame)
            ? PeerFrameStatus.Complete
            : PeerFrameStatus.BadChecksum;
    }

    private static uint Checksum(ReadOnlySpan<byte> frame) => Crc32C.Extend(Crc32C.Compute(frame[..ChecksumAt]), frame[KindAt..]);
}
