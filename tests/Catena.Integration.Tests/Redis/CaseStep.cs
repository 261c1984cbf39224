using System.Globalization;
using System.Text;

namespace Catena.Integration.Tests.Redis;

/// <summary>One line of a case: what is sent on which connection, and how the replies are compared.</summary>
internal sealed record CaseStep
{
    /// <summary>The line as it stands in the file.</summary>
    internal required string Line { get; init; }

    /// <summary>The number of the connection, from 1.</summary>
    internal int Connection { get; init; } = 1;

    /// <summary>What is sent; nothing where a further message is only read.</summary>
    internal IReadOnlyList<byte[]> Arguments { get; init; } = [];

    /// <summary>How the replies are compared.</summary>
    internal Comparison Comparison { get; init; }

    /// <summary>How far integers may be apart.</summary>
    internal long Tolerance { get; init; }

    /// <summary>What Catena must answer, with <see cref="Redis.Comparison.Ours" />.</summary>
    internal string Expected { get; init; } = "";

    /// <summary>The line is sent again until the reply begins so; null to send it once.</summary>
    internal string? Until { get; init; }

    /// <summary>Whether no reply is read.</summary>
    internal bool IsSilent { get; init; }

    /// <summary>Whether the one argument is sent as it is, without framing.</summary>
    internal bool IsRaw { get; init; }

    /// <summary>The one version of the protocol in which the case makes sense; 0 for both.</summary>
    internal int OnlyVersion { get; init; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, which is neither empty nor a comment.</param>
    internal static CaseStep Parse(string line)
    {
        var step = new CaseStep { Line = line };
        var words = CommandLine.Split(line);
        var at = 0;
        if (line[0] == '@')
        {
            step = step with { Connection = int.Parse(Word(), CultureInfo.InvariantCulture) };
        }

        while (at < words.Count && words[at].Length > 1 && words[at][0] == '!')
        {
            step = Word() switch
            {
                "sort" => step with { Comparison = Comparison.Sorted },
                "sortpairs" => step with { Comparison = Comparison.SortedPairs },
                "within" => step with { Comparison = Comparison.Near, Tolerance = long.Parse(Text(), CultureInfo.InvariantCulture) },
                "any" => step with { Comparison = Comparison.SameKind },
                "ours" => step with { Comparison = Comparison.Ours, Expected = Text() },
                "until" => step with { Until = Text() },
                "none" => step with { IsSilent = true },
                "raw" => step with { IsRaw = true },
                "resp2" => step with { OnlyVersion = 2 },
                "resp3" => step with { OnlyVersion = 3 },
                var other => throw new FormatException($"There is no marker '!{other}': {line}"),
            };
        }

        var isRead = words.Count == at + 1 && words[at].AsSpan().SequenceEqual("<"u8);
        return step with { Arguments = isRead ? [] : words[at..] };

        string Word() => Encoding.Latin1.GetString(words[at++].AsSpan(1));
        string Text() => Encoding.Latin1.GetString(words[at++]);
    }
}
