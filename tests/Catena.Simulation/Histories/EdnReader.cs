using System.Globalization;
using System.Text;

namespace Catena.Simulation.Histories;

/// <summary>Reads EDN (github.com/edn-format/edn), as far as histories need it: no sets, characters or tagged elements.</summary>
internal ref struct EdnReader
{
    private const int MostNested = 64;

    private readonly ReadOnlySpan<char> _text;
    private int _next;

    private EdnReader(ReadOnlySpan<char> text)
    {
        _text = text;
    }

    /// <summary>Reads a text that is one value.</summary>
    /// <exception cref="HistoryFormatException">It is not.</exception>
    public static EdnValue Read(ReadOnlySpan<char> text)
    {
        var reader = new EdnReader(text);
        var value = reader.Value(0);
        reader.SkipBlanks();
        return reader._next == text.Length ? value : throw reader.Wrong("something follows the value");
    }

    /// <summary>Whether a line holds no value: blanks, or a comment.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        var reader = new EdnReader(text);
        reader.SkipBlanks();
        return reader._next == text.Length;
    }

    private EdnValue Value(int depth)
    {
        SkipBlanks();
        if (_next == _text.Length)
        {
            throw Wrong("the line ends where a value is to be");
        }

        if (depth > MostNested)
        {
            throw Wrong("too deeply nested");
        }

        switch (_text[_next])
        {
            case '{':
                var map = Items('}', depth);
                return map.Count % 2 == 0 ? new EdnValue(EdnKind.Map, "", 0, map) : throw Wrong("a key of a map has no value");
            case '[':
                return new EdnValue(EdnKind.Sequence, "", 0, Items(']', depth));
            case '(':
                return new EdnValue(EdnKind.Sequence, "", 0, Items(')', depth));
            case '"':
                return new EdnValue(EdnKind.Text, QuotedText(), 0, []);
            default:
                return Word();
        }
    }

    private List<EdnValue> Items(char close, int depth)
    {
        _next++;
        var items = new List<EdnValue>();
        while (true)
        {
            SkipBlanks();
            if (_next < _text.Length && _text[_next] == close)
            {
                _next++;
                return items;
            }

            items.Add(Value(depth + 1));
        }
    }

    private string QuotedText()
    {
        var text = new StringBuilder();
        while (++_next < _text.Length)
        {
            var symbol = _text[_next];
            if (symbol == '"')
            {
                _next++;
                return text.ToString();
            }

            text.Append(symbol == '\\' ? Escaped() : symbol);
        }

        throw Wrong("a text has no end");
    }

    private char Escaped()
    {
        _next++;
        switch (_next < _text.Length ? _text[_next] : '\0')
        {
            case '"':
                return '"';
            case '\\':
                return '\\';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u' when _next + 4 < _text.Length
                && ushort.TryParse(_text.Slice(_next + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _next += 4;
                return (char)code;
            default:
                throw Wrong("no such escape in a text");
        }
    }

    private EdnValue Word()
    {
        var start = _next;
        while (_next < _text.Length && !IsBlank(_text[_next]) && !"{}[]()\";#\\".Contains(_text[_next], StringComparison.Ordinal))
        {
            _next++;
        }

        var word = _text[start.._next];
        if (word.IsEmpty)
        {
            throw Wrong($"unexpected {_text[_next]}");
        }

        if (word is "nil")
        {
            return EdnValue.Nil;
        }

        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return new EdnValue(EdnKind.Integer, "", number, []);
        }

        return new EdnValue(word[0] == ':' ? EdnKind.Keyword : EdnKind.Word, word.ToString(), 0, []);
    }

    private void SkipBlanks()
    {
        while (_next < _text.Length && (IsBlank(_text[_next]) || _text[_next] == ';'))
        {
            _next = _text[_next] == ';' ? _text.Length : _next + 1;
        }
    }

    private readonly HistoryFormatException Wrong(string reason) => new(FormattableString.Invariant($"{reason}, at character {_next + 1}"));

    private static bool IsBlank(char symbol) => char.IsWhiteSpace(symbol) || symbol == ',';
}
