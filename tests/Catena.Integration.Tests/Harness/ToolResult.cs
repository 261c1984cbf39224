namespace Catena.Integration.Tests.Harness;

/// <summary>What a program printed, and how it ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output without white space around it, where the program succeeded.</summary>
    internal string Text()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Output}{Errors}");
        return Output.Trim();
    }
}
