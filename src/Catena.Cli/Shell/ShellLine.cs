using System.Globalization;
using System.Text;

namespace Catena.Cli.Shell;

/// <summary>Divides a line into words, in the manner of a Unix shell.</summary>
/// <remarks>
/// Words are separated by blanks. In double quotes, and outside of quotes, a backslash begins an escape: <c>\n \r \t \0 \xHH</c>, and before any sign that is neither letter nor digit, that
/// sign itself. In single quotes nothing is special. A <c>#</c> at the beginning of a word begins a comment. What is not escaped is UTF-8.
/// </remarks>
internal static class ShellLine
{
    /// <summary>Divides a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="words">The words.</param>
    /// <param name="problem">What is wrong, if the line makes no sense.</param>
    public static bool TryParse(string line, out List<ShellWord> words, out string problem)
    {
        words = [];
        problem = "";
        var position = 0;
        while (SkipBlanks(line, ref position))
        {
            var start = position;
            if (!TryReadWord(line, ref position, out var bytes, out var isPlain, out problem))
            {
                return false;
            }

            words.Add(new ShellWord(bytes, isPlain, start));
        }

        return true;
    }

    /// <summary>Divides what has been typed so far: the last word, perhaps empty, is the one that is being typed and may be unfinished.</summary>
    public static List<ShellWord> ParseTyped(string line)
    {
        var words = new List<ShellWord>();
        var position = 0;
        while (SkipBlanks(line, ref position))
        {
            var start = position;
            TryReadWord(line, ref position, out var bytes, out var isPlain, out _);
            words.Add(new ShellWord(bytes, isPlain, start));
        }

        if (words.Count == 0 || (char.IsWhiteSpace(line[^1]) && position == line.Length && IsFinished(line, words[^1].Start)))
        {
            words.Add(new ShellWord([], true, line.Length));
        }

        return words;
    }

    private static bool IsFinished(string line, int start)
    {
        var position = start;
        return TryReadWord(line, ref position, out _, out _, out _) && position < line.Length;
    }

    /// <returns>Whether a word begins there.</returns>
    private static bool SkipBlanks(string line, ref int position)
    {
        while (position < line.Length && char.IsWhiteSpace(line[position]))
        {
            position++;
        }

        return position < line.Length && line[position] != '#';
    }

    private static bool TryReadWord(string line, ref int position, out byte[] bytes, out bool isPlain, out string problem)
    {
        var word = new List<byte>();
        char? quote = null;
        isPlain = true;
        problem = "";
        while (position < line.Length && (quote is not null || !char.IsWhiteSpace(line[position])))
        {
            var sign = line[position];
            if (sign == quote)
            {
                quote = null;
                position++;
            }
            else if (quote is null && sign is '"' or '\'' && quote is null)
            {
                quote = sign;
                isPlain = false;
                position++;
            }
            else if (sign == '\\' && quote != '\'')
            {
                isPlain = false;
                if (!TryReadEscape(line, ref position, word, out problem))
                {
                    bytes = [.. word];
                    position = line.Length;
                    return false;
                }
            }
            else
            {
                AddSign(line, ref position, word);
            }
        }

        bytes = [.. word];
        problem = quote is { } open ? $"a quote {open} is not closed" : "";
        return quote is null;
    }

    private static void AddSign(string line, ref int position, List<byte> word)
    {
        var length = char.IsHighSurrogate(line[position]) && position + 1 < line.Length && char.IsLowSurrogate(line[position + 1]) ? 2 : 1;
        word.AddRange(Encoding.UTF8.GetBytes(line, position, length));
        position += length;
    }

    private static bool TryReadEscape(string line, ref int position, List<byte> word, out string problem)
    {
        problem = "";
        if (++position == line.Length)
        {
            problem = "a backslash at the end escapes nothing";
            return false;
        }

        var sign = line[position];
        if (sign == 'x')
        {
            if (position + 2 >= line.Length || !byte.TryParse(line.AsSpan(position + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                problem = "\\x is followed by two hexadecimal digits";
                return false;
            }

            word.Add(value);
            position += 3;
            return true;
        }

        var control = sign switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '0' => '\0', _ => sign };
        if (control == sign && char.IsAsciiLetterOrDigit(sign))
        {
            problem = $"there is no escape \\{sign}; write \\\\ for a backslash";
            return false;
        }

        if (control != sign)
        {
            word.Add((byte)control);
            position++;
        }
        else
        {
            AddSign(line, ref position, word);
        }

        return true;
    }
}
