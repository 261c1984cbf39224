using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The part of a value that BITCOUNT and BITPOS look at.</summary>
/// <param name="Range">From which byte or bit to which.</param>
/// <param name="CountsBits">BIT: the range counts bits, not bytes.</param>
/// <param name="HasEnd">Whether an end was given; without one BITPOS takes the value to go on with zeros for ever.</param>
public readonly record struct BitRangeOptions(IndexRange Range, bool CountsBits, bool HasEnd)
{
    /// <summary>Reads the arguments of BITCOUNT after the key: nothing, or a range and perhaps a unit.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The part.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParseCount(RespRequest request, out BitRangeOptions options, out ReadOnlySpan<byte> error)
    {
        options = new BitRangeOptions(IndexRange.All, false, false);
        error = default;
        if (request.Count == 2)
        {
            return true;
        }

        if (request.Count is 3 or > 5)
        {
            error = RespErrors.Syntax;
            return false;
        }

        var countsBits = false;
        if (!RedisInteger.TryParse(request[2], out var first) || !RedisInteger.TryParse(request[3], out var last))
        {
            error = RespErrors.NotAnInteger;
        }
        else if (request.Count == 5 && !TryParseUnit(request[4], out countsBits))
        {
            error = RespErrors.Syntax;
        }
        else
        {
            options = new BitRangeOptions(new IndexRange(first, last), countsBits, true);
        }

        return error.IsEmpty;
    }

    /// <summary>Reads the arguments of BITPOS after key and bit: nothing, a start, or a range and perhaps a unit.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The part.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParsePosition(RespRequest request, out BitRangeOptions options, out ReadOnlySpan<byte> error)
    {
        options = new BitRangeOptions(IndexRange.All, false, false);
        error = default;
        if (request.Count == 3)
        {
            return true;
        }

        var last = -1L;
        var countsBits = false;
        if (request.Count > 6)
        {
            error = RespErrors.Syntax;
        }
        else if (!RedisInteger.TryParse(request[3], out var first))
        {
            error = RespErrors.NotAnInteger;
        }
        else if (request.Count == 6 && !TryParseUnit(request[5], out countsBits))
        {
            error = RespErrors.Syntax;
        }
        else if (request.Count >= 5 && !RedisInteger.TryParse(request[4], out last))
        {
            error = RespErrors.NotAnInteger;
        }
        else
        {
            options = new BitRangeOptions(new IndexRange(first, last), countsBits, request.Count >= 5);
        }

        return error.IsEmpty;
    }

    private static bool TryParseUnit(ReadOnlySpan<byte> word, out bool countsBits)
    {
        countsBits = Ascii.EqualsIgnoreCase(word, "BIT"u8);
        return countsBits || Ascii.EqualsIgnoreCase(word, "BYTE"u8);
    }
}
