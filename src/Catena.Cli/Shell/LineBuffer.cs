namespace Catena.Cli.Shell;

/// <summary>A line that is being edited, and the place of the cursor in it.</summary>
internal sealed class LineBuffer
{
    /// <summary>The line.</summary>
    public string Text { get; private set; } = "";

    /// <summary>How many characters stand before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>Replaces the line; the cursor goes to its end.</summary>
    public void Set(string text) => (Text, Cursor) = (text, text.Length);

    /// <summary>Inserts at the cursor.</summary>
    public void Insert(string text) => Replace(Cursor, text);

    /// <summary>Replaces what stands from a place up to the cursor.</summary>
    public void Replace(int start, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(Cursor));
        Cursor = start + text.Length;
    }

    /// <summary>One character to the left.</summary>
    public void Left() => Cursor = Before();

    /// <summary>One character to the right.</summary>
    public void Right() => Cursor = After();

    /// <summary>To the beginning.</summary>
    public void Home() => Cursor = 0;

    /// <summary>To the end.</summary>
    public void End() => Cursor = Text.Length;

    /// <summary>Deletes the character before the cursor.</summary>
    public void Backspace() => Replace(Before(), "");

    /// <summary>Deletes the character under the cursor.</summary>
    public void Delete() => Text = Text.Remove(Cursor, After() - Cursor);

    /// <summary>Deletes all from the cursor on.</summary>
    public void DeleteToEnd() => Text = Text[..Cursor];

    /// <summary>Deletes all before the cursor.</summary>
    public void DeleteToStart() => Replace(0, "");

    /// <summary>Deletes the word before the cursor, with the blanks behind it.</summary>
    public void DeleteWord()
    {
        var start = Cursor;
        while (start > 0 && Text[start - 1] == ' ')
        {
            start--;
        }

        while (start > 0 && Text[start - 1] != ' ')
        {
            start--;
        }

        Replace(start, "");
    }

    private int Before() => Cursor >= 2 && char.IsSurrogatePair(Text[Cursor - 2], Text[Cursor - 1]) ? Cursor - 2 : Math.Max(0, Cursor - 1);

    private int After() => Cursor + 2 <= Text.Length && char.IsSurrogatePair(Text[Cursor], Text[Cursor + 1]) ? Cursor + 2 : Math.Min(Text.Length, Cursor + 1);
}
