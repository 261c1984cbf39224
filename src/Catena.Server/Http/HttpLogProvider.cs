using Microsoft.Extensions.Logging;

namespace Catena.Server.Http;

/// <summary>Sends what the HTTP server logs, whatever its category, to the node's log.</summary>
/// <param name="log">The node's log.</param>
internal sealed class HttpLogProvider(ILogger log) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => log;

    /// <inheritdoc />
    public void Dispose()
    {
        // The log belongs to the node.
    }
}
