using Catena.Cli.Logging;

namespace Catena.Cli.Up;

/// <summary>The terminal of a run, shared by everything that has something to say; repeated in the directory's log.</summary>
/// <remarks>Thread-safe; one line is one write, so that lines never mix and a reader sees each at once.</remarks>
/// <param name="output">The terminal.</param>
/// <param name="log">Where the lines are repeated, with their times.</param>
internal sealed class Terminal(TextWriter output, string log) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RotatingFile _log = new(log);

    /// <summary>Shows one line.</summary>
    /// <param name="text">The line, without its end.</param>
    public void Show(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
            output.Flush();
            _log.Write($"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {text}\n");
            _log.Flush();
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _log.Dispose();
}
