using System.Globalization;
using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp;

/// <summary>The printed forms of numbers in replies.</summary>
internal static class RespText
{
    /// <summary>Reads an integer, which in a reply may begin with a plus.</summary>
    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value) =>
        RedisInteger.TryParse(text.Length > 1 && text[0] == (byte)'+' && text[1] != (byte)'-' ? text[1..] : text, out value);

    /// <summary>Reads a double; infinities are <c>inf</c> and <c>-inf</c>.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = text.SequenceEqual("inf"u8) || text.SequenceEqual("+inf"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-inf"u8) ? double.NegativeInfinity
            : double.NaN;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.IsInfinity(value) || text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8)
            || double.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Whether the text is decimal digits, perhaps after a sign.</summary>
    public static bool IsBigNumber(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
