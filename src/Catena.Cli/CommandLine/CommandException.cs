namespace Catena.Cli.CommandLine;

/// <summary>Ends a command with a message for the user and an exit code for scripts.</summary>
/// <param name="exitCode">One of <see cref="ExitCode" />.</param>
/// <param name="message">What went wrong and, where it helps, what to do.</param>
/// <param name="inner">What led to it.</param>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code that the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
