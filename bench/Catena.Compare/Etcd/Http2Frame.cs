using System.Buffers;
using System.Buffers.Binary;

namespace Catena.Compare.Etcd;

/// <summary>One frame of HTTP/2 as a view of what was received (RFC 9113, section 4.1).</summary>
internal readonly ref struct Http2Frame
{
    /// <summary>How many bytes come before the payload: length (3), type (1), flags (1), stream (4).</summary>
    public const int HeaderBytes = 9;

    /// <summary>The flag by which a side says that it sends no more on a stream.</summary>
    public const byte EndStream = 1;

    /// <summary>The flag of an answer to SETTINGS or PING.</summary>
    public const byte Ack = 1;

    /// <summary>The flag of a block of fields that is whole.</summary>
    public const byte EndHeaders = 4;

    /// <summary>The flag of a payload with padding.</summary>
    public const byte Padded = 8;

    /// <summary>How long a payload may be as long as nobody has said otherwise.</summary>
    public const int MostPayload = 16_384;

    /// <summary>What it is.</summary>
    public Http2FrameType Type { get; private init; }

    /// <summary>Its flags.</summary>
    public byte Flags { get; private init; }

    /// <summary>The stream; 0 is the connection.</summary>
    public int Stream { get; private init; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>How many bytes it has in all.</summary>
    public int Length => HeaderBytes + Payload.Length;

    /// <summary>Whether it ends the answer on a stream.</summary>
    public bool Ends(int stream) =>
        Stream == stream && (Type == Http2FrameType.ResetStream || (Type is Http2FrameType.Data or Http2FrameType.Headers && (Flags & EndStream) != 0));

    /// <summary>The payload of DATA without its padding.</summary>
    /// <exception cref="InvalidDataException">There is more padding than payload.</exception>
    public ReadOnlySpan<byte> Data()
    {
        if ((Flags & Padded) == 0)
        {
            return Payload;
        }

        return !Payload.IsEmpty && Payload[0] < Payload.Length ? Payload[1..^Payload[0]] : throw new InvalidDataException("a frame of padding only");
    }

    /// <summary>Reads the frame at the start of what was received.</summary>
    /// <returns>False where it is not there in full.</returns>
    /// <exception cref="InvalidDataException">It is longer than agreed.</exception>
    public static bool TryRead(ReadOnlySpan<byte> received, out Http2Frame frame)
    {
        frame = default;
        if (received.Length < HeaderBytes)
        {
            return false;
        }

        var length = (received[0] << 16) | (received[1] << 8) | received[2];
        if (length > MostPayload)
        {
            throw new InvalidDataException($"an HTTP/2 frame of {length} bytes");
        }

        if (received.Length < HeaderBytes + length)
        {
            return false;
        }

        frame = new Http2Frame
        {
            Type = (Http2FrameType)received[3],
            Flags = received[4],
            Stream = BinaryPrimitives.ReadInt32BigEndian(received[5..]) & int.MaxValue,
            Payload = received.Slice(HeaderBytes, length),
        };
        return true;
    }

    /// <summary>Writes a frame.</summary>
    public static void Write(IBufferWriter<byte> output, Http2FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteHeader(output, type, flags, stream, payload.Length);
        output.Write(payload);
    }

    /// <summary>Writes what comes before a payload.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, Http2FrameType type, byte flags, int stream, int length)
    {
        var header = output.GetSpan(HeaderBytes);
        (header[0], header[1], header[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        (header[3], header[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
        output.Advance(HeaderBytes);
    }
}
