using System.Globalization;

namespace Catena.Integration.Tests.Redis;

/// <summary>Splits a line into arguments as redis-cli does: blanks between, double quotes with escapes, single quotes without.</summary>
internal static class CommandLine
{
    /// <summary>Splits a line.</summary>
    /// <param name="line">The line; bytes above 127 are written as <c>\xHH</c> in double quotes.</param>
    internal static List<byte[]> Split(string line)
    {
        var arguments = new List<byte[]>();
        var at = 0;
        while (true)
        {
            while (at < line.Length && line[at] == ' ')
            {
                at++;
            }

            if (at == line.Length)
            {
                return arguments;
            }

            arguments.Add(line[at] is '"' or '\'' ? Quoted(line, ref at) : Plain(line, ref at));
            if (at < line.Length && line[at] != ' ')
            {
                throw new FormatException($"A blank must follow the closing quote: {line}");
            }
        }
    }

    private static byte[] Plain(string line, ref int at)
    {
        var end = line.IndexOf(' ', at);
        end = end < 0 ? line.Length : end;
        var word = line[at..end];
        at = end;
        return [.. word.Select(one => checked((byte)one))];
    }

    private static byte[] Quoted(string line, ref int at)
    {
        var bytes = new List<byte>();
        var quote = line[at++];
        while (at < line.Length && line[at] != quote)
        {
            if (quote == '"' && line[at] == '\\' && at + 1 < line.Length)
            {
                bytes.Add(Escaped(line, ref at));
            }
            else if (quote == '\'' && line[at] == '\\' && at + 1 < line.Length && line[at + 1] == '\'')
            {
                bytes.Add((byte)'\'');
                at += 2;
            }
            else
            {
                bytes.Add(checked((byte)line[at++]));
            }
        }

        if (at == line.Length)
        {
            throw new FormatException($"A quote is not closed: {line}");
        }

        at++;
        return [.. bytes];
    }

    private static byte Escaped(string line, ref int at)
    {
        var letter = line[at + 1];
        if (letter == 'x')
        {
            var value = byte.Parse(line.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at += 4;
            return value;
        }

        at += 2;
        return letter switch
        {
            'n' => (byte)'\n',
            'r' => (byte)'\r',
            't' => (byte)'\t',
            'b' => (byte)'\b',
            'a' => (byte)'\a',
            _ => checked((byte)letter),
        };
    }
}
