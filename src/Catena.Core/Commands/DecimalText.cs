using System.Buffers.Text;

namespace Catena.Core.Commands;

/// <summary>Numbers as values hold them: decimal text, read as strictly as Redis reads it.</summary>
public static class DecimalText
{
    /// <summary>Reads an integer: an optional minus, digits without leading zeros, within 64 bits, nothing else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number.</param>
    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0]) || (digits[0] == '0' && text.Length > 1))
        {
            return false;
        }

        return Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
    }

    /// <summary>Adds two numbers as Redis' INCRBYFLOAT does (<see cref="LongDouble" />).</summary>
    /// <param name="left">A number's text.</param>
    /// <param name="right">A number's text.</param>
    /// <param name="sum">The sum without exponent and without trailing zeros, with at most 17 digits after the point.</param>
    /// <returns>Whether both were numbers and the sum is one.</returns>
    public static DecimalSum Add(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, out byte[] sum)
    {
        sum = [];
        if (!LongDouble.TryParse(left, out var leftNumber) || !LongDouble.TryParse(right, out var rightNumber))
        {
            return DecimalSum.NotANumber;
        }

        var total = LongDouble.Add(leftNumber, rightNumber);
        if (total.IsInfinite)
        {
            return DecimalSum.NotFinite;
        }

        sum = total.ToUtf8();
        return DecimalSum.Added;
    }
}
