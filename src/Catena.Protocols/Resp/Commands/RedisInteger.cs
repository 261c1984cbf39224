using System.Globalization;

namespace Catena.Protocols.Resp.Commands;

/// <summary>64-bit integers as Redis reads them (<c>string2ll</c>): in the one form in which it also prints them.</summary>
/// <remarks>No plus, no blanks, no leading zeros, no <c>-0</c>. So a value that is an integer prints as the same bytes again.</remarks>
public static class RedisInteger
{
    /// <summary>The most bytes an integer takes.</summary>
    public const int MaxLength = 20;

    /// <summary>Reads an integer.</summary>
    /// <param name="text">All of its digits and nothing else.</param>
    /// <param name="value">The integer, or 0.</param>
    /// <returns>Whether <paramref name="text" /> is the printed form of a 64-bit integer.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        var negative = text[0] == (byte)'-';
        var digits = negative ? text[1..] : text;
        if (digits.IsEmpty || digits[0] == (byte)'0')
        {
            return text.Length == 1 && digits.Length == 1;
        }

        ulong magnitude = 0;
        foreach (var digit in digits)
        {
            var next = (uint)(digit - '0');
            if (next > 9 || magnitude > (ulong.MaxValue - next) / 10)
            {
                return false;
            }

            magnitude = (magnitude * 10) + next;
        }

        if (magnitude > (negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }

        value = unchecked(negative ? -(long)magnitude : (long)magnitude);
        return true;
    }

    /// <summary>Prints an integer so that <see cref="TryParse" /> reads it.</summary>
    /// <param name="value">The integer.</param>
    /// <param name="target">At least <see cref="MaxLength" /> bytes.</param>
    /// <returns>The bytes of <paramref name="target" /> that hold it.</returns>
    public static ReadOnlySpan<byte> Format(long value, Span<byte> target)
    {
        if (!value.TryFormat(target, out var length, default, CultureInfo.InvariantCulture))
        {
            throw new ArgumentException("The target is too short for the number.", nameof(target));
        }

        return target[..length];
    }
}
