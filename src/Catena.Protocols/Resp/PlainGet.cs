using System.Runtime.InteropServices;

namespace Catena.Protocols.Resp;

/// <summary>Finds requests of the form in which clients send GET, <c>*2 CRLF $3 CRLF GET CRLF $length CRLF key CRLF</c>, faster than <see cref="RespRequestReader" /> does.</summary>
public static class PlainGet
{
    private const int NameAt = 8;
    private const int LengthAt = 14;

    /// <summary>The fewest bytes that such a request has.</summary>
    public const int MinLength = LengthAt + 6;

    private static ReadOnlySpan<byte> Start => "*2\r\n$3\r\n"u8;

    /// <summary>Reads a request from the front of what was received.</summary>
    /// <param name="buffer">What was received, from the first byte of a request on.</param>
    /// <param name="key">The key, of 1 to 999 bytes.</param>
    /// <param name="length">How long the request is.</param>
    /// <returns>False where there is another request, or not all of this one, or one that is written in an unusual way.</returns>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> key, out int length)
    {
        key = default;
        length = 0;
        if (buffer.Length < MinLength || MemoryMarshal.Read<ulong>(buffer) != MemoryMarshal.Read<ulong>(Start) || !IsGet(buffer))
        {
            return false;
        }

        // Up to three digits, the first of them not 0, so that nothing is read here that the reader would refuse.
        var at = LengthAt;
        var keyLength = 0;
        while (at < LengthAt + 3 && (uint)(buffer[at] - '0') is <= 9 and var digit)
        {
            keyLength = (keyLength * 10) + (int)digit;
            at++;
        }

        length = at + 2 + keyLength + 2;
        if (keyLength == 0 || buffer[LengthAt] == '0' || buffer.Length < length || !IsLineEnd(buffer[at..]) || !IsLineEnd(buffer[(length - 2)..]))
        {
            length = 0;
            return false;
        }

        key = buffer.Slice(at + 2, keyLength);
        return true;
    }

    /// <summary>Whether <c>GET CRLF $</c>, in capitals or not, stands where the name does.</summary>
    private static bool IsGet(ReadOnlySpan<byte> buffer) =>
        (buffer[NameAt] | 0x20) == 'g' && (buffer[NameAt + 1] | 0x20) == 'e' && (buffer[NameAt + 2] | 0x20) == 't'
        && IsLineEnd(buffer[(NameAt + 3)..]) && buffer[LengthAt - 1] == '$';

    private static bool IsLineEnd(ReadOnlySpan<byte> bytes) => bytes[0] == '\r' && bytes[1] == '\n';
}
