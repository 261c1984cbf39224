using System.Text;

namespace Catena.Cli.Shell;

/// <summary>Reads lines from a terminal, with editing, history and completion.</summary>
/// <remarks>
/// The keys are those of Emacs, as in most shells. A line that is longer than the terminal is wide is shown in part, around the cursor. A character is taken to be as wide as any other.
/// </remarks>
/// <param name="terminal">The terminal.</param>
/// <param name="history">Earlier lines.</param>
/// <param name="completer">Completes words.</param>
internal sealed class LineEditor(IShellTerminal terminal, ShellHistory history, ILineCompleter completer)
{
    private const int MostShown = 50;

    private readonly LineBuffer _line = new();
    private string _prompt = "";
    private string _unfinished = "";
    private int _place;

    /// <summary>Reads a line.</summary>
    /// <param name="prompt">What stands before it.</param>
    /// <returns>The line; empty where it was cancelled; null at the end of the input.</returns>
    public string? ReadLine(string prompt)
    {
        _prompt = prompt;
        _line.Set("");
        _unfinished = "";
        _place = history.Lines.Count;
        Show();
        while (terminal.ReadKey() is { } key)
        {
            if (IsEnter(key))
            {
                terminal.Write("\n");
                history.Add(_line.Text);
                return _line.Text;
            }

            switch (key)
            {
                case { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }:
                    terminal.Write("^C\n");
                    return "";
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when _line.Text.Length == 0:
                    terminal.Write("\n");
                    return null;
                default:
                    Take(key);
                    Show();
                    break;
            }
        }

        return null;
    }

    private static bool IsEnter(ConsoleKeyInfo key) => key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n';

    private static string CommonStart(IReadOnlyList<string> words)
    {
        var length = words.Min(word => word.Length);
        for (var index = 0; index < length; index++)
        {
            if (words.Any(word => word[index] != words[0][index]))
            {
                return words[0][..index];
            }
        }

        return words[0][..length];
    }

    private void Take(ConsoleKeyInfo key)
    {
        if (key.Modifiers == ConsoleModifiers.Control && TakeControl(key.Key))
        {
            return;
        }

        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                _line.Left();
                break;
            case ConsoleKey.RightArrow:
                _line.Right();
                break;
            case ConsoleKey.Home:
                _line.Home();
                break;
            case ConsoleKey.End:
                _line.End();
                break;
            case ConsoleKey.Backspace:
                _line.Backspace();
                break;
            case ConsoleKey.Delete:
                _line.Delete();
                break;
            case ConsoleKey.UpArrow:
                GoTo(_place - 1);
                break;
            case ConsoleKey.DownArrow:
                GoTo(_place + 1);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    _line.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }

    private bool TakeControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A:
                _line.Home();
                return true;
            case ConsoleKey.E:
                _line.End();
                return true;
            case ConsoleKey.B:
                _line.Left();
                return true;
            case ConsoleKey.F:
                _line.Right();
                return true;
            case ConsoleKey.K:
                _line.DeleteToEnd();
                return true;
            case ConsoleKey.U:
                _line.DeleteToStart();
                return true;
            case ConsoleKey.W:
                _line.DeleteWord();
                return true;
            case ConsoleKey.H:
                _line.Backspace();
                return true;
            case ConsoleKey.D:
                _line.Delete();
                return true;
            case ConsoleKey.P:
                GoTo(_place - 1);
                return true;
            case ConsoleKey.N:
                GoTo(_place + 1);
                return true;
            case ConsoleKey.L:
                terminal.Write("\e[H\e[2J");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Shows a line of the history; behind the last one stands what was being typed.</summary>
    private void GoTo(int place)
    {
        if (place < 0 || place > history.Lines.Count)
        {
            return;
        }

        if (_place == history.Lines.Count)
        {
            _unfinished = _line.Text;
        }

        _place = place;
        _line.Set(place == history.Lines.Count ? _unfinished : history.Lines[place]);
    }

    /// <summary>Completes as far as all possible words agree; where they agree no further, lists them.</summary>
    private void Complete()
    {
        var typed = _line.Text[.._line.Cursor];
        var words = completer.Complete(typed, out var start);
        if (words.Count == 0)
        {
            return;
        }

        var common = words.Count == 1 ? $"{words[0]} " : CommonStart(words);
        if (words.Count == 1 || common.Length > typed.Length - start)
        {
            _line.Replace(start, common);
            return;
        }

        var more = words.Count > MostShown ? $"  ({words.Count - MostShown} more)" : "";
        terminal.Write($"\n{string.Join("  ", words.Take(MostShown))}{more}\n");
    }

    private void Show()
    {
        var room = Math.Max(8, terminal.Width - _prompt.Length - 1);
        var first = Math.Max(0, _line.Cursor - room + 1);
        var shown = _line.Text.AsSpan(first, Math.Min(room, _line.Text.Length - first));
        var column = _prompt.Length + _line.Cursor - first;
        var text = new StringBuilder("\r").Append(_prompt).Append(shown).Append("\e[K\r").Append("\e[").Append(column).Append('C');
        terminal.Write(text.ToString());
    }
}
