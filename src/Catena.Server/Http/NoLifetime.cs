using Microsoft.Extensions.Hosting;

namespace Catena.Server.Http;

/// <summary>Leaves the process's signals to the node: the HTTP server starts and stops when the node says so.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
