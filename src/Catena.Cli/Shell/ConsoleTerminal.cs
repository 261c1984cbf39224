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
        // Ctrl-C is a key while a line is typed, and ends the process while a command runs.
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    /// <inheritdoc />
    public void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }
}
