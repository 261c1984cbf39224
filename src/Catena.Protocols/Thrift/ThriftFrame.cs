using System.Buffers.Binary;

namespace Catena.Protocols.Thrift;

/// <summary>The framing of TFramedTransport: a 32-bit big-endian length before each message.</summary>
public static class ThriftFrame
{
    /// <summary>The length of the length.</summary>
    public const int HeaderBytes = 4;

    /// <summary>The longest frame that common clients take; the limit unless it is configured.</summary>
    public const int DefaultMaxBytes = 16_384_000;

    /// <summary>Finds the next frame. It remembers nothing, since looking again costs four bytes.</summary>
    /// <param name="buffer">Everything received and not yet consumed.</param>
    /// <param name="maxBytes">The longest frame that is taken.</param>
    /// <param name="frame">The message in the frame, if <see cref="ReadStatus.Complete" />.</param>
    /// <param name="size">
    /// With <see cref="ReadStatus.Complete" />, how many bytes the caller drops; with <see cref="ReadStatus.NeedMore" />, how many
    /// must be there before it asks again. Never over <paramref name="maxBytes" /> plus <see cref="HeaderBytes" />.
    /// </param>
    /// <returns>A protocol error if the length is negative or over the limit.</returns>
    public static ReadStatus Read(ReadOnlySpan<byte> buffer, int maxBytes, out ReadOnlySpan<byte> frame, out int size)
    {
        frame = default;
        size = HeaderBytes;
        if (buffer.Length < HeaderBytes)
        {
            return ReadStatus.NeedMore;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(buffer);
        if (length < 0 || length > maxBytes || length > int.MaxValue - HeaderBytes)
        {
            return ReadStatus.ProtocolError;
        }

        size = HeaderBytes + length;
        if (buffer.Length < size)
        {
            return ReadStatus.NeedMore;
        }

        frame = buffer[HeaderBytes..size];
        return ReadStatus.Complete;
    }
}
