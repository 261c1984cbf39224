using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Catena.Core.Commands;

/// <summary>Numbers as values hold them: decimal text, read as strictly as Redis reads it.</summary>
public static class DecimalText
{
    private const decimal LargestExact = 1e27m;

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

    /// <summary>Adds two decimal numbers as Redis' INCRBYFLOAT does, exactly where 28 digits suffice and in double precision beyond.</summary>
    /// <param name="left">A number's text.</param>
    /// <param name="right">A number's text.</param>
    /// <param name="sum">The sum without exponent and without trailing zeros, with at most 17 decimals.</param>
    /// <returns>Whether both were numbers and the sum is one.</returns>
    public static DecimalSum Add(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, out string sum)
    {
        sum = string.Empty;
        if (!TryParseNumber(left, out var leftNumber) || !TryParseNumber(right, out var rightNumber))
        {
            return DecimalSum.NotANumber;
        }

        if (TryParseExact(left, out var leftExact) && TryParseExact(right, out var rightExact))
        {
            sum = Math.Round(leftExact + rightExact, 17).ToString("0.#################", CultureInfo.InvariantCulture);
            return DecimalSum.Added;
        }

        var total = leftNumber + rightNumber;
        if (!double.IsFinite(total))
        {
            return DecimalSum.NotFinite;
        }

        sum = total.ToString("0.#################", CultureInfo.InvariantCulture);
        return DecimalSum.Added;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        return !text.IsEmpty
            && !char.IsWhiteSpace((char)text[0])
            && double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number)
            && !double.IsNaN(number);
    }

    private static bool TryParseExact(ReadOnlySpan<byte> text, out decimal number) =>
        decimal.TryParse(Encoding.Latin1.GetString(text), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        && Math.Abs(number) < LargestExact;
}
