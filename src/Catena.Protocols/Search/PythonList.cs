using System.Globalization;
using System.Text;

namespace Catena.Protocols.Search;

/// <summary>Prints texts as Python 3 prints a list of strings: <c>['x', 'y']</c>.</summary>
/// <remarks>
/// That is <c>repr</c> of each (Python's reference, "str", and <c>unicode_repr</c> in CPython): single quotes, or double ones where the text has single ones and no double ones;
/// the quote, the backslash, tabs and ends of lines with a backslash; every other character that is not printable as <c>\xhh</c>, <c>\uhhhh</c> or <c>\Uhhhhhhhh</c>. Not printable is whatever Unicode
/// has no character for, or calls other than letter, mark, number, punctuation, symbol, or is a separator and not the plain blank. The version of Unicode is .NET's, so newer characters may be printed that an older Python escapes.
/// </remarks>
public static class PythonList
{
    /// <summary>Prints a list.</summary>
    /// <param name="values">Its texts; a surrogate without its other half is printed as one that stands for what is no character.</param>
    public static string Print(IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var output = new StringBuilder("[");
        for (var index = 0; index < values.Count; index++)
        {
            if (index > 0)
            {
                output.Append(", ");
            }

            Print(output, values[index]);
        }

        return output.Append(']').ToString();
    }

    private static void Print(StringBuilder output, string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        output.Append(quote);
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\\':
                    output.Append(@"\\");
                    break;
                case '\t':
                    output.Append(@"\t");
                    break;
                case '\n':
                    output.Append(@"\n");
                    break;
                case '\r':
                    output.Append(@"\r");
                    break;
                case var letter when letter == quote:
                    output.Append('\\').Append(quote);
                    break;
                default:
                    Print(output, rune);
                    break;
            }
        }

        output.Append(quote);
    }

    private static void Print(StringBuilder output, Rune rune)
    {
        if (IsPrintable(rune))
        {
            output.Append(rune);
            return;
        }

        _ = rune.Value switch
        {
            <= 0xff => output.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            <= 0xffff => output.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => output.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
        };
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
