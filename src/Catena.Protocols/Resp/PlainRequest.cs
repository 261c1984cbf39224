using System.Runtime.InteropServices;

namespace Catena.Protocols.Resp;

/// <summary>
/// Finds requests of the form in which clients send GET and SET, <c>*2 CRLF $3 CRLF GET CRLF $length CRLF key CRLF</c> and the like with three, faster than
/// <see cref="RespRequestReader" /> does. What is unusual in any way is left to that.
/// </summary>
public static class PlainRequest
{
    /// <summary>The fewest bytes that such a request has.</summary>
    public const int MinLength = ArgumentsAt + 7;

    private const int NameAt = 8;
    private const int ArgumentsAt = 13;
    private const int MostDigits = 3;

    private static ReadOnlySpan<byte> StartOfTwo => "*2\r\n$3\r\n"u8;

    private static ReadOnlySpan<byte> StartOfThree => "*3\r\n$3\r\n"u8;

    /// <summary>Reads a GET from the front of what was received.</summary>
    /// <param name="buffer">What was received, from the first byte of a request on.</param>
    /// <param name="key">The key, of 1 to 999 bytes.</param>
    /// <param name="length">How long the request is.</param>
    /// <returns>False where there is another request, or not all of this one, or one that is written in an unusual way.</returns>
    public static bool TryReadGet(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> key, out int length)
    {
        key = default;
        length = ArgumentsAt;
        return Begins(buffer, StartOfTwo, (byte)'g', (byte)'e', (byte)'t') && TryReadBulk(buffer, ref length, out key) && !key.IsEmpty;
    }

    /// <summary>Reads a SET of key and value from the front of what was received.</summary>
    /// <param name="buffer">What was received, from the first byte of a request on.</param>
    /// <param name="key">The key, of 1 to 999 bytes.</param>
    /// <param name="value">The value, of up to 999 bytes.</param>
    /// <param name="length">How long the request is.</param>
    /// <returns>False where there is another request, or not all of this one, or one that is written in an unusual way.</returns>
    public static bool TryReadSet(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value, out int length)
    {
        key = default;
        value = default;
        length = ArgumentsAt;
        return Begins(buffer, StartOfThree, (byte)'s', (byte)'e', (byte)'t')
            && TryReadBulk(buffer, ref length, out key)
            && TryReadBulk(buffer, ref length, out value)
            && !key.IsEmpty;
    }

    /// <summary>Whether a request has so many arguments, of which the first is a name, in capitals or not.</summary>
    private static bool Begins(ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> start, byte first, byte second, byte third) =>
        buffer.Length >= MinLength
        && MemoryMarshal.Read<ulong>(buffer) == MemoryMarshal.Read<ulong>(start)
        && (buffer[NameAt] | 0x20) == first
        && (buffer[NameAt + 1] | 0x20) == second
        && (buffer[NameAt + 2] | 0x20) == third
        && buffer[NameAt + 3] == '\r'
        && buffer[NameAt + 4] == '\n';

    /// <summary>Reads an argument, and moves the position behind it.</summary>
    private static bool TryReadBulk(ReadOnlySpan<byte> buffer, scoped ref int position, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var at = position;
        if (buffer.Length < at + 2 + MostDigits + 2 || buffer[at] != '$')
        {
            return false;
        }

        // The first of several digits is not 0, so that nothing is read here that the reader would refuse.
        var first = ++at;
        var length = 0;
        while (at < first + MostDigits && (uint)(buffer[at] - '0') is <= 9 and var digit)
        {
            length = (length * 10) + (int)digit;
            at++;
        }

        var end = at + 2 + length;
        if (at == first || (buffer[first] == '0' && at > first + 1) || buffer.Length < end + 2
            || buffer[at] != '\r' || buffer[at + 1] != '\n' || buffer[end] != '\r' || buffer[end + 1] != '\n')
        {
            return false;
        }

        bytes = buffer.Slice(at + 2, length);
        position = end + 2;
        return true;
    }
}
