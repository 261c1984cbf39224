using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>Gives every category a logger that writes lines.</summary>
/// <param name="pump">Takes the lines; stays the caller's.</param>
/// <param name="asJson">Whether a line is JSON.</param>
internal sealed class LineLoggerProvider(LogPump pump, bool asJson) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, pump, asJson);

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
