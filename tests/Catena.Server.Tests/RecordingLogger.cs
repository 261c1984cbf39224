using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Tests;

/// <summary>A log that tests can read.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _lines = new();

    public IEnumerable<string> Lines => _lines.Select(line => line.Text);

    public bool Has(int id, string part = "") => _lines.Any(line => line.Id == id && line.Text.Contains(part, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, formatter(state, exception)));
}
