using System.Globalization;
using System.Numerics;
using System.Text;

namespace Catena.Core.Commands;

/// <summary>The floating-point number that float increments (INCRBYFLOAT) add in: the 80-bit extended format, in software.</summary>
/// <remarks>
/// <para>
/// Redis reads floats with <c>strtold</c>, adds them as <c>long double</c> and prints them with <c>%.17Lf</c>, without trailing
/// zeros. On x86-64 that is a significand of 64 bits, and the result shows it: 10.5 + 0.1 is 10.6, where doubles would print
/// 10.59999999999999964. .NET has no such type, so its three operations are done here on integers, each rounded once to the
/// nearest value and from a tie to the even one, as the hardware does. The results are therefore those of Redis on x86-64,
/// and the same on every machine. (On ARM64 Redis has 113 bits, and its results may differ in the last digits.)
/// </para>
/// <para>Time and memory are bounded: a text has fewer than 5,120 bytes, a result at most 4,933 digits before the point.</para>
/// </remarks>
public readonly struct LongDouble
{
    /// <summary>As Redis, where the text must fit a buffer of 5 KiB: a longer one is no float.</summary>
    private const int MaxTextLength = (5 * 1024) - 1;

    private const int SignificandBits = 64;
    private const int MaxExponent = 16384;
    private const int MinExponent = -16445;
    private const int FractionDigits = 17;

    /// <summary>Decimal exponents beyond these overflow or vanish whatever the digits.</summary>
    private const int MaxDecimalExponent = 4940;
    private const int MinDecimalExponent = -4960;

    private readonly bool _negative;
    private readonly bool _infinite;
    private readonly ulong _significand;
    private readonly int _exponent;

    private LongDouble(bool negative, bool infinite, ulong significand, int exponent)
    {
        _negative = negative;
        _infinite = infinite;
        _significand = significand;
        _exponent = exponent;
    }

    /// <summary>Whether the number is not a finite one; an infinity is read, but no result may be one.</summary>
    public bool IsInfinite => _infinite;

    /// <summary>Reads a float as <c>strtold</c> does: decimal or hexadecimal, or an infinity; but no blanks and no NaN.</summary>
    /// <param name="text">All of the number and nothing else.</param>
    /// <param name="value">The nearest number.</param>
    /// <returns>False if it is no number, has 5,120 bytes or more, or is too large or too small for the format.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out LongDouble value)
    {
        value = default;
        if (text.IsEmpty || text.Length > MaxTextLength)
        {
            return false;
        }

        var negative = text[0] == (byte)'-';
        var rest = negative || text[0] == (byte)'+' ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(rest, "inf"u8) || Ascii.EqualsIgnoreCase(rest, "infinity"u8))
        {
            value = new LongDouble(negative, infinite: true, 0, 0);
            return true;
        }

        return rest.Length > 2 && rest[0] == (byte)'0' && (rest[1] | 0x20) == 'x'
            ? TryParseHexadecimal(rest[2..], negative, out value)
            : TryParseDecimal(rest, negative, out value);
    }

    /// <summary>The rounded sum; infinite if it, or either number, is beyond the format.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">Another.</param>
    public static LongDouble Add(LongDouble left, LongDouble right)
    {
        if (left._infinite || right._infinite)
        {
            return new LongDouble(left._negative, infinite: true, 0, 0);
        }

        var exponent = Math.Min(left._exponent, right._exponent);
        var sum = left.Scaled(exponent) + right.Scaled(exponent);
        return Round(sum.Sign < 0, BigInteger.Abs(sum), BigInteger.One, exponent);
    }

    /// <summary>Prints the number as Redis stores it: in full, with at most 17 digits after the point and no zeros at the end.</summary>
    /// <exception cref="InvalidOperationException">The number is infinite.</exception>
    public byte[] ToUtf8()
    {
        if (_infinite)
        {
            throw new InvalidOperationException("An infinity is not stored.");
        }

        var scaled = _significand * BigInteger.Pow(10, FractionDigits);
        var rounded = _exponent >= 0 ? scaled << _exponent : DivideRounding(scaled, BigInteger.One << -_exponent);
        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(FractionDigits + 1, '0');
        var fraction = digits[^FractionDigits..].TrimEnd('0');
        var whole = digits[..^FractionDigits];
        var sign = _negative && !rounded.IsZero ? "-" : string.Empty;
        return Encoding.ASCII.GetBytes(fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}");
    }

    private BigInteger Scaled(int exponent)
    {
        var magnitude = (BigInteger)_significand << (_exponent - exponent);
        return _negative ? -magnitude : magnitude;
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, bool negative, out LongDouble value)
    {
        value = default;
        if (!TryReadDigits(text, 10, out var digits, out var pointShift, out var rest) || !TryReadExponent(rest, 'e', out var exponent))
        {
            return false;
        }

        if (digits.IsZero)
        {
            value = new LongDouble(negative, infinite: false, 0, 0);
            return true;
        }

        exponent -= pointShift;
        var leading = exponent + (int)BigInteger.Log10(digits);
        if (leading is > MaxDecimalExponent or < MinDecimalExponent)
        {
            return false;
        }

        value = exponent >= 0
            ? Round(negative, digits * BigInteger.Pow(10, exponent), BigInteger.One, 0)
            : Round(negative, digits, BigInteger.Pow(10, -exponent), 0);
        return !value._infinite && value._significand != 0;
    }

    private static bool TryParseHexadecimal(ReadOnlySpan<byte> text, bool negative, out LongDouble value)
    {
        value = default;
        if (!TryReadDigits(text, 16, out var digits, out var pointShift, out var rest) || !TryReadExponent(rest, 'p', out var exponent))
        {
            return false;
        }

        if (digits.IsZero)
        {
            value = new LongDouble(negative, infinite: false, 0, 0);
            return true;
        }

        value = Round(negative, digits, BigInteger.One, exponent - (4 * pointShift));
        return !value._infinite && value._significand != 0;
    }

    private static bool TryReadDigits(
        ReadOnlySpan<byte> text, int radix, out BigInteger digits, out int pointShift, out ReadOnlySpan<byte> rest)
    {
        // A leading zero keeps hexadecimal digits from being read as a negative number.
        Span<char> plain = stackalloc char[text.Length + 1];
        plain[0] = '0';
        var length = 1;
        var point = -1;
        var i = 0;
        for (; i < text.Length; i++)
        {
            if (radix == 16 ? char.IsAsciiHexDigit((char)text[i]) : char.IsAsciiDigit((char)text[i]))
            {
                plain[length++] = (char)text[i];
            }
            else if (text[i] == (byte)'.' && point < 0)
            {
                point = i;
            }
            else
            {
                break;
            }
        }

        pointShift = point < 0 ? 0 : i - point - 1;
        rest = text[i..];
        var style = radix == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        digits = BigInteger.Parse(plain[..length], style, CultureInfo.InvariantCulture);
        return length > 1;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, char mark, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if ((text[0] | 0x20) != mark)
        {
            return false;
        }

        var digits = text[1..];
        var negative = !digits.IsEmpty && digits[0] == (byte)'-';
        if (negative || (!digits.IsEmpty && digits[0] == (byte)'+'))
        {
            digits = digits[1..];
        }

        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            exponent = Math.Min((exponent * 10) + (digit - '0'), 1_000_000);
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }

    /// <summary>The number of the format nearest to <c>numerator / denominator * 2^scale</c>.</summary>
    private static LongDouble Round(bool negative, BigInteger numerator, BigInteger denominator, int scale)
    {
        if (numerator.IsZero)
        {
            return default;
        }

        var bits = (int)(numerator.GetBitLength() - denominator.GetBitLength());
        var exponent = Math.Max(bits + scale - SignificandBits, MinExponent);
        if (exponent > MaxExponent || bits + scale < MinExponent - 2)
        {
            return new LongDouble(negative, exponent > MaxExponent, 0, 0);
        }

        var significand = Quotient(numerator, denominator, exponent - scale);
        if (significand.GetBitLength() > SignificandBits)
        {
            exponent++;
            significand = Quotient(numerator, denominator, exponent - scale);
        }

        if (significand.GetBitLength() > SignificandBits)
        {
            // Rounding up carried into a 65th bit; all below it are zero.
            exponent++;
            significand >>= 1;
        }

        return exponent + SignificandBits > MaxExponent
            ? new LongDouble(negative, infinite: true, 0, 0)
            : new LongDouble(negative, infinite: false, (ulong)significand, exponent);
    }

    private static BigInteger Quotient(BigInteger numerator, BigInteger denominator, int shift) =>
        shift >= 0 ? DivideRounding(numerator, denominator << shift) : DivideRounding(numerator << -shift, denominator);

    private static BigInteger DivideRounding(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        var toHalf = (remainder << 1).CompareTo(denominator);
        return toHalf > 0 || (toHalf == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
