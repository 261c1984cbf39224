namespace Catena.Protocols.Resp;

/// <summary>Splits the line of an inline request into words by the quoting rules of Redis (<c>sdssplitargs</c>).</summary>
/// <remarks>
/// Words end at blanks. Inside double quotes <c>\xHH</c> is a byte, <c>\n \r \t \b \a</c> are what they are in C, and a
/// backslash before anything else stands for that; inside single quotes only <c>\'</c> is special. A closing quote must be
/// followed by a blank or the end of the line. A line without quotes is split in place; the words of one with quotes are
/// written to a second buffer, which the unquoted words of a line never outgrow.
/// </remarks>
internal ref struct RespInlineLine
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly Span<byte> _target;
    private int _position;
    private int _written;

    /// <summary>Splits a line that has no quotes.</summary>
    public RespInlineLine(ReadOnlySpan<byte> line) => _line = line;

    /// <summary>Splits a line that may have quotes, into <paramref name="target" />.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="target">At least as long as the line; the ranges of the words then count from its start.</param>
    public RespInlineLine(ReadOnlySpan<byte> line, Span<byte> target)
    {
        _line = line;
        _target = target;
    }

    /// <summary>Whether the line needs a target.</summary>
    public readonly bool HasQuotes => _line.IndexOfAny((byte)'"', (byte)'\'') >= 0;

    /// <summary>Whether a quote was not closed, or was closed in the middle of a word.</summary>
    public bool IsUnbalanced { get; private set; }

    /// <summary>Reads the next word.</summary>
    /// <returns>False at the end of the line, or where the quotes do not balance.</returns>
    public bool TryReadWord(out RespRange word)
    {
        word = default;
        while (_position < _line.Length && IsBlank(_line[_position]))
        {
            _position++;
        }

        if (_position == _line.Length || IsUnbalanced)
        {
            return false;
        }

        if (!_target.IsEmpty)
        {
            return TryUnquoteWord(out word);
        }

        var start = _position;
        while (_position < _line.Length && !EndsWord(_line[_position]))
        {
            _position++;
        }

        word = new RespRange(start, _position - start);
        return true;
    }

    private bool TryUnquoteWord(out RespRange word)
    {
        var start = _written;
        while (_position < _line.Length && !IsUnbalanced)
        {
            var next = _line[_position];
            if (EndsWord(next))
            {
                break;
            }

            _position++;
            if (next is (byte)'"' or (byte)'\'')
            {
                Unquote(next);
                break;
            }

            _target[_written++] = next;
        }

        word = new RespRange(start, _written - start);
        return !IsUnbalanced;
    }

    private void Unquote(byte quote)
    {
        while (_position < _line.Length)
        {
            var next = _line[_position++];
            if (next == quote)
            {
                IsUnbalanced = _position < _line.Length && !IsBlank(_line[_position]);
                return;
            }

            if (next == (byte)'\\' && _position < _line.Length)
            {
                next = quote == (byte)'"' ? ReadEscape() : ReadSingleQuotedEscape();
            }

            _target[_written++] = next;
        }

        IsUnbalanced = true;
    }

    private byte ReadSingleQuotedEscape()
    {
        if (_line[_position] != (byte)'\'')
        {
            return (byte)'\\';
        }

        _position++;
        return (byte)'\'';
    }

    private byte ReadEscape()
    {
        var escaped = _line[_position++];
        if (escaped == (byte)'x' && _position + 1 < _line.Length
            && char.IsAsciiHexDigit((char)_line[_position]) && char.IsAsciiHexDigit((char)_line[_position + 1]))
        {
            var value = (HexValue(_line[_position]) << 4) | HexValue(_line[_position + 1]);
            _position += 2;
            return (byte)value;
        }

        return escaped switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => escaped,
        };
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsBlank(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    private static bool EndsWord(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
