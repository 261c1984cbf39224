using System.Text;
using Catena.Cli.Shell;

namespace Catena.Cli.Tests.Shell;

/// <summary>A terminal on which a test types. The keys in braces have names, such as {Tab} and {^A}.</summary>
internal sealed class FakeTerminal(string keys) : IShellTerminal
{
    private readonly StringBuilder _written = new();
    private int _next;

    /// <inheritdoc />
    public int Width => 40;

    /// <summary>All that was written.</summary>
    public string Written => _written.ToString();

    /// <inheritdoc />
    public ConsoleKeyInfo? ReadKey()
    {
        if (_next == keys.Length)
        {
            return null;
        }

        if (keys[_next] != '{')
        {
            return new ConsoleKeyInfo(keys[_next++], ConsoleKey.None, false, false, false);
        }

        var end = keys.IndexOf('}', _next);
        var name = keys[(_next + 1)..end];
        _next = end + 1;
        return name[0] == '^'
            ? new ConsoleKeyInfo((char)(name[1] - '@'), Enum.Parse<ConsoleKey>(name[1..]), false, false, true)
            : new ConsoleKeyInfo('\0', Enum.Parse<ConsoleKey>(name), false, false, false);
    }

    /// <inheritdoc />
    public void Write(string text) => _written.Append(text);
}
