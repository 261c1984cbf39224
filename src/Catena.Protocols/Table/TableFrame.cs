using System.Buffers.Binary;

namespace Catena.Protocols.Table;

/// <summary>The framing of the table service: a 16-bit big-endian length before each message.</summary>
public static class TableFrame
{
    /// <summary>The length of the length.</summary>
    public const int HeaderBytes = 2;

    /// <summary>The longest request, without its length.</summary>
    public const int MaxRequestBytes = ushort.MaxValue;

    /// <summary>The longest reply, without its length: some clients take the length for a signed number.</summary>
    public const int MaxReplyBytes = short.MaxValue;

    /// <summary>Finds the next message. It remembers nothing, since looking again costs two bytes; every length is one.</summary>
    /// <param name="buffer">Everything received and not yet consumed.</param>
    /// <param name="message">The message, if it is there.</param>
    /// <param name="size">With a message, how many bytes the caller drops; without, how many must be there before it asks again.</param>
    /// <returns>Whether the message is there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> message, out int size)
    {
        message = default;
        size = HeaderBytes;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        size = HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(buffer);
        if (buffer.Length < size)
        {
            return false;
        }

        message = buffer[HeaderBytes..size];
        return true;
    }
}
