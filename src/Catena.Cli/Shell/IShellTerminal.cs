namespace Catena.Cli.Shell;

/// <summary>A terminal, of which a test can be one.</summary>
internal interface IShellTerminal
{
    /// <summary>How many characters a line has.</summary>
    int Width { get; }

    /// <summary>Waits for a key.</summary>
    /// <returns>Null at the end of the input.</returns>
    ConsoleKeyInfo? ReadKey();

    /// <summary>Writes text and control sequences.</summary>
    void Write(string text);
}
