using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Catena.Cli.CommandLine;

/// <summary>Numbers of bytes as people write them: <c>64MiB</c>, <c>1.5GiB</c>, <c>512k</c>; a bare number is bytes, and units go by 1,024.</summary>
internal static class Sizes
{
    private static readonly (string Suffix, double Bytes)[] Units =
        [("kib", 1L << 10), ("mib", 1L << 20), ("gib", 1L << 30), ("tib", 1L << 40), ("k", 1L << 10), ("m", 1L << 20), ("g", 1L << 30), ("t", 1L << 40)];

    /// <summary>Reads a number of bytes.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="bytes">The number.</param>
    /// <returns>False where it is none, or under zero, or over an exbibyte.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        var (number, factor) = (text, 1d);
        foreach (var (suffix, size) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                (number, factor) = (text[..^suffix.Length], size);
                break;
            }
        }

        bytes = 0;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value * factor > 1L << 60)
        {
            return false;
        }

        bytes = (long)(value * factor);
        return true;
    }

    /// <summary>Writes a number of bytes in the largest unit that gives a whole number, so that <see cref="TryParse" /> reads it back.</summary>
    public static string Format(long bytes)
    {
        foreach (var (suffix, shift) in new[] { ("GiB", 30), ("MiB", 20), ("KiB", 10) })
        {
            if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{suffix}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A number of bytes for people, rounded.</summary>
    public static string About(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB"),
    };

    /// <summary>An option that takes a number of bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it sets.</param>
    /// <param name="standard">What it is where it is not given.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    /// <param name="standardText">What the help says of the default; its value where null.</param>
    public static Option<long> Option(string name, string description, long standard, long least, long most, string? standardText = null) => new(name)
    {
        Description = $"{description} [default: {standardText ?? Format(standard)}]",
        HelpName = "size",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Read(result, name, least, most),
    };

    private static long Read(ArgumentResult result, string name, long least, long most)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var bytes))
        {
            result.AddError($"{name} '{text}' is no size; write one such as 64MiB, 1.5GiB or 1048576.");
        }
        else if (bytes < least || bytes > most)
        {
            result.AddError($"{name} {text} is out of range: {Format(least)} to {Format(most)}.");
        }

        return bytes;
    }
}
