namespace Catena.Protocols.Resp.Commands;

/// <summary>The number of a bit, as SETBIT, GETBIT and BITFIELD take it.</summary>
public static class BitOffset
{
    /// <summary>Reads a bit's number.</summary>
    /// <param name="text">The argument; with a width above 0 it may be <c>#</c> and the number of a field of that width.</param>
    /// <param name="width">The width of the field, or 0 where there is none.</param>
    /// <param name="maxValueBytes">The longest value; the bit lies inside.</param>
    /// <param name="offset">The number.</param>
    /// <returns>False for anything else: <see cref="RespErrors.BitOffset" />.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, int width, int maxValueBytes, out long offset)
    {
        var isField = width > 0 && text.Length > 0 && text[0] == (byte)'#';
        if (!RedisInteger.TryParse(isField ? text[1..] : text, out offset))
        {
            return false;
        }

        var end = (long)maxValueBytes << 3;
        var factor = isField ? width : 1;
        if (offset < 0 || offset > (end - 1) / factor)
        {
            return false;
        }

        offset *= factor;
        return true;
    }
}
