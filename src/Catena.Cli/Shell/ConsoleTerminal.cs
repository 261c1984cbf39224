namespace Catena.Cli.Shell;

/// <summary>The terminal of the process.</summary>
internal sealed class ConsoleTerminal : IShellTerminal
{
    private const int UsualWidth = 80;

    /// <inheritdoc />
    public int Width => Console.WindowWidth is > 0 and var width ? width : UsualWidth;

    /// <inheritdoc />
    public ConsoleKeyInfo? ReadKey()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }
}
