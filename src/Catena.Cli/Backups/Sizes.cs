using System.CommandLine;
using System.Globalization;

namespace Catena.Cli.Backups;

/// <summary>Numbers of bytes as people write them: <c>512</c>, <c>64K</c>, <c>20M</c>, <c>1G</c>.</summary>
internal static class Sizes
{
    private static readonly (string Suffix, long Factor)[] Units = [("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30)];

    /// <summary>An option that takes a number of bytes; 0 where it is not given.</summary>
    public static Option<long> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "bytes",
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var bytes))
            {
                return bytes;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no number of bytes; write 65536, 64K, 20M or 1G.");
            return 0;
        },
    };

    /// <summary>Reads a number of bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var (number, factor) = (text, 1L);
        foreach (var (suffix, value) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                (number, factor) = (text[..^1], value);
            }
        }

        bytes = 0;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue / factor)
        {
            return false;
        }

        bytes = count * factor;
        return true;
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Format(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB"),
    };
}
