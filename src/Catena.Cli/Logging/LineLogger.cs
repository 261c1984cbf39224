using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>Turns the events of one category into lines for a <see cref="LogPump" />.</summary>
/// <param name="category">Who logs.</param>
/// <param name="pump">Takes the lines.</param>
/// <param name="asJson">Whether a line is JSON.</param>
internal sealed class LineLogger(string category, LogPump pump, bool asJson) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        var message = formatter(state, exception);
        var text = asJson
            ? LineJson.Text(DateTime.UtcNow, logLevel, category, eventId, message, state, exception)
            : LineFormat.Text(DateTime.UtcNow, logLevel, category, eventId.Id, message, exception);
        pump.Post(new LogLine(logLevel, text, LineFormat.Brief(logLevel, message, exception)));
    }
}
