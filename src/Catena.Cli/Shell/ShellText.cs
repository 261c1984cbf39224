using System.Globalization;
using System.Text;

namespace Catena.Cli.Shell;

/// <summary>Keys and values as the shell shows them: so that they can be typed or pasted back as one word.</summary>
internal static class ShellText
{
    /// <summary>What stands for a value that is not there. A value that reads so is shown in quotes.</summary>
    public const string Absent = "(nil)";

    /// <summary>Writes bytes as a word: bare where that means them, else in double quotes with escapes.</summary>
    public static string Word(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 2);
        var isBare = !bytes.IsEmpty && bytes[0] != '#' && !bytes.SequenceEqual("-"u8) && !bytes.SequenceEqual("(nil)"u8);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
            if (status != System.Buffers.OperationStatus.Done || !IsPrintable(rune))
            {
                isBare = false;
                AddEscaped(text, bytes[..length]);
            }
            else
            {
                if (rune.Value is '"' or '\\')
                {
                    text.Append('\\');
                }

                isBare &= rune.Value is not ('"' or '\\' or '\'' or ' ');
                text.Append(rune.ToString());
            }

            bytes = bytes[length..];
        }

        return isBare ? text.ToString() : $"\"{text}\"";
    }

    /// <summary>A text that a server sent, made harmless for a terminal.</summary>
    public static string Harmless(string text) => string.Concat(text.Select(sign => char.IsControl(sign) ? '?' : sign));

    private static void AddEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            _ = value switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            };
        }
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
