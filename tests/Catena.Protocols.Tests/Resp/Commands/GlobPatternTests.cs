using System.Diagnostics;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp.Commands;

public sealed class GlobPatternTests
{
    // Whether KEYS of a Redis 7.0.15 found the key.
    [Theory]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[^e]llo", "hbllo", true)]
    [InlineData("h[a-b]llo", "hbllo", true)]
    [InlineData("h[b-a]llo", "hall0", false)]
    [InlineData("h[b-a]llo", "hallo", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("[abc", "a", true)]
    [InlineData("[abc", "d", false)]
    [InlineData("[^", "x", true)]
    [InlineData("[", "[", false)]
    [InlineData("[]a", "]a", false)]
    [InlineData("[a\\]]", "]", true)]
    [InlineData("[a-]", "-", false)]
    [InlineData("[a-", "a", true)]
    [InlineData("[\\", "\\", true)]
    [InlineData("**a**", "xax", true)]
    [InlineData("a[^]b", "axb", true)]
    [InlineData("[^]", "x", true)]
    [InlineData("x[^]", "xy", true)]
    [InlineData("[]", "x", false)]
    [InlineData("\\", "\\", true)]
    [InlineData("[a-z", "c", true)]
    [InlineData("[--/]", ".", true)]
    [InlineData("*?", "a", true)]
    [InlineData("?*", "a", true)]
    [InlineData("*[a-c]?x", "zzbqx", true)]
    [InlineData("[\\a-c]", "b", false)]
    [InlineData("[\\a-c]", "-", true)]
    public void Patterns_match_as_in_Redis(string pattern, string key, bool expected) =>
        Assert.Equal(expected, new GlobPattern(Bytes.Of(pattern)).IsMatch(Bytes.Of(key)));

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("a", "", false)]
    [InlineData("?", "", false)]
    [InlineData("key-*-\xff", "key-\0-\xff", true)]
    public void Empty_and_binary_texts_match_too(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new GlobPattern(Bytes.Of(pattern)).IsMatch(Bytes.Of(text)));

    [Fact]
    public void Any_pattern_matches_what_a_plain_recursive_matcher_matches()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var round = 0; round < 50_000; round++)
        {
            var pattern = Text(random, "ab*?[]^-\\", 8);
            var text = Text(random, "ab-]", 6);
            var matches = new GlobPattern(Bytes.Of(pattern)).IsMatch(Bytes.Of(text));
            Assert.True(matches == Plain(pattern, text), $"seed {seed}: '{pattern}' against '{text}'");
        }
    }

    [Fact]
    public void Many_stars_do_not_make_matching_exponential()
    {
        var pattern = Bytes.Of(string.Concat(Enumerable.Repeat("a*", 200)) + "b");
        var text = Bytes.Of(new string('a', 2_000));
        Assert.False(new GlobPattern(pattern).IsMatch(text));
    }

    [Theory]
    [InlineData("*", true, false)]
    [InlineData("**", true, false)]
    [InlineData("", false, true)]
    [InlineData("abc", false, true)]
    [InlineData("a\\c", false, false)]
    public void Shortcuts_are_known(string pattern, bool matchesAll, bool isLiteral)
    {
        var glob = new GlobPattern(Bytes.Of(pattern));
        Assert.Equal((matchesAll, isLiteral), (glob.MatchesAll, glob.IsLiteral));
    }

    private static string Text(Prng random, string alphabet, int maxLength) =>
        string.Concat(Enumerable.Range(0, random.Next(maxLength + 1)).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private static bool Plain(string pattern, string text)
    {
        if (pattern.Length == 0)
        {
            return text.Length == 0;
        }

        if (pattern[0] == '*')
        {
            return Enumerable.Range(0, text.Length + 1).Any(skipped => Plain(pattern[1..], text[skipped..]));
        }

        if (text.Length == 0)
        {
            return false;
        }

        var (matches, length) = One(pattern, text[0]);
        return matches && Plain(pattern[length..], text[1..]);
    }

    private static (bool Matches, int Length) One(string pattern, char value)
    {
        switch (pattern[0])
        {
            case '?':
                return (true, 1);
            case '\\' when pattern.Length > 1:
                return (pattern[1] == value, 2);
            case '[':
                var negated = pattern.Length > 1 && pattern[1] == '^';
                var i = negated ? 2 : 1;
                var members = new HashSet<char>();
                while (i < pattern.Length && pattern[i] != ']')
                {
                    if (pattern[i] == '\\' && i + 1 < pattern.Length)
                    {
                        members.Add(pattern[i + 1]);
                        i += 2;
                    }
                    else if (i + 2 < pattern.Length && pattern[i + 1] == '-')
                    {
                        for (var c = Math.Min(pattern[i], pattern[i + 2]); c <= Math.Max(pattern[i], pattern[i + 2]); c++)
                        {
                            members.Add((char)c);
                        }

                        i += 3;
                    }
                    else
                    {
                        members.Add(pattern[i++]);
                    }
                }

                return (members.Contains(value) != negated, Math.Min(i + 1, pattern.Length));
            default:
                Debug.Assert(pattern[0] != '*', "Stars are handled before.");
                return (pattern[0] == value, 1);
        }
    }
}
