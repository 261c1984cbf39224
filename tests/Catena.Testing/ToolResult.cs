namespace Catena.Testing;

/// <summary>What a program printed, and how it ended.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output without white space around it, where the program succeeded.</summary>
    /// <exception cref="InvalidOperationException">It did not succeed.</exception>
    public string Text() =>
        ExitCode == 0 ? Output.Trim() : throw new InvalidOperationException($"exit code {ExitCode}: {Output}{Errors}");
}
