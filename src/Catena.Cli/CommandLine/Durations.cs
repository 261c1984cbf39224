using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Catena.Cli.CommandLine;

/// <summary>Lengths of time as people write them: <c>40ms</c>, <c>2.5s</c>, <c>1m</c>, <c>1h</c>; a bare number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Suffix, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="duration">The length.</param>
    /// <returns>False where it is none, or not over zero, or over a year.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var (number, factor) = (text, 1000d);
        foreach (var (suffix, milliseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                (number, factor) = (text[..^suffix.Length], milliseconds);
                break;
            }
        }

        duration = TimeSpan.Zero;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var total = value * factor;
        if (total is not (> 0 and <= 365d * 24 * 3_600_000))
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Writes a length of time so that <see cref="TryParse" /> reads it back, to a thousandth of a millisecond.</summary>
    public static string Format(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###}ms");

    /// <summary>An option that takes a length of time.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it sets.</param>
    /// <param name="standard">What it is where it is not given.</param>
    public static Option<TimeSpan> Option(string name, string description, TimeSpan standard) => new(name)
    {
        Description = $"{description} [default: {Format(standard)}]",
        HelpName = "duration",
        DefaultValueFactory = _ => standard,
        CustomParser = Read,
    };

    private static TimeSpan Read(ArgumentResult result)
    {
        if (TryParse(result.Tokens[0].Value, out var duration))
        {
            return duration;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no length of time; write 40ms, 2.5s, 1m or 1h.");
        return default;
    }
}
