namespace Catena.Protocols.Resp.Commands;

/// <summary>A pattern of KEYS or SCAN MATCH, matched as Redis matches it, without exponential backtracking.</summary>
/// <remarks>
/// <c>*</c> is any bytes, <c>?</c> any one byte, <c>[abc] [a-z] [^a]</c> one byte of a class, and a backslash takes the next byte
/// as it is. A class that is not closed ends with the pattern; a range may be written backwards. Only the last star met is
/// ever reconsidered, which suffices for globs, so that the time is at most pattern length times text length.
/// </remarks>
public readonly ref struct GlobPattern
{
    private readonly ReadOnlySpan<byte> _pattern;

    /// <summary>A pattern over the given bytes; every sequence of bytes is a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    public GlobPattern(ReadOnlySpan<byte> pattern) => _pattern = pattern;

    /// <summary>Whether the pattern matches everything, so that there is no need to ask.</summary>
    public bool MatchesAll => _pattern.Length > 0 && !_pattern.ContainsAnyExcept((byte)'*');

    /// <summary>Whether the pattern matches nothing but its own bytes.</summary>
    public bool IsLiteral => _pattern.IndexOfAny("*?[\\"u8) < 0;

    /// <summary>Whether the pattern matches the whole of <paramref name="text" />, byte for byte.</summary>
    /// <param name="text">The text, such as a key.</param>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        var at = 0;
        var next = 0;
        var afterStar = -1;
        var starText = 0;
        while (next < text.Length)
        {
            if (at < _pattern.Length && _pattern[at] == (byte)'*')
            {
                afterStar = ++at;
                starText = next;
                if (at == _pattern.Length)
                {
                    return true;
                }
            }
            else if (at < _pattern.Length && MatchOne(text[next], at, out var length))
            {
                at += length;
                next++;
            }
            else if (afterStar >= 0)
            {
                at = afterStar;
                next = ++starText;
            }
            else
            {
                return false;
            }
        }

        return _pattern[at..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>Matches one byte against the element of the pattern at <paramref name="at" />, which is not a star.</summary>
    private bool MatchOne(byte value, int at, out int length)
    {
        switch (_pattern[at])
        {
            case (byte)'?':
                length = 1;
                return true;
            case (byte)'[':
                return MatchClass(value, at, out length);
            case (byte)'\\' when at + 1 < _pattern.Length:
                length = 2;
                return _pattern[at + 1] == value;
            default:
                length = 1;
                return _pattern[at] == value;
        }
    }

    private bool MatchClass(byte value, int at, out int length)
    {
        var i = at + 1;
        var negated = i < _pattern.Length && _pattern[i] == (byte)'^';
        if (negated)
        {
            i++;
        }

        var matched = false;
        while (i < _pattern.Length && _pattern[i] != (byte)']')
        {
            var left = _pattern.Length - i;
            if (_pattern[i] == (byte)'\\' && left >= 2)
            {
                matched |= _pattern[i + 1] == value;
                i += 2;
            }
            else if (left >= 3 && _pattern[i + 1] == (byte)'-')
            {
                var low = Math.Min(_pattern[i], _pattern[i + 2]);
                var high = Math.Max(_pattern[i], _pattern[i + 2]);
                matched |= value >= low && value <= high;
                i += 3;
            }
            else
            {
                matched |= _pattern[i] == value;
                i++;
            }
        }

        length = Math.Min(i + 1, _pattern.Length) - at;
        return matched != negated;
    }
}
