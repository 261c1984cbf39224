using Microsoft.Extensions.Logging;

namespace Catena.Server.Node;

/// <summary>Placeholder until the node lands.</summary>
public sealed class CatenaNode : IAsyncDisposable
{
    /// <summary>Completes when the node must end the process.</summary>
    public Task Failed { get; } = new TaskCompletionSource().Task;

    /// <summary>Starts.</summary>
    public static Task<CatenaNode> StartAsync(NodeOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        Task.FromResult(new CatenaNode());

    /// <summary>Stops.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Failed.IsCompleted ? Failed : Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
