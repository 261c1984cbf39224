using Catena.Cli.CommandLine;
using Catena.Cli.Status;

namespace Catena.Cli.Up;

/// <summary>Asks nodes of this machine over HTTP.</summary>
internal sealed class HttpClusterProbe : IClusterProbe, IDisposable
{
    private readonly StatusClient _client = new(TimeSpan.FromSeconds(2));

    /// <inheritdoc />
    public Task<bool> IsReadyAsync(NodeLaunch node, CancellationToken cancellationToken) =>
        _client.IsReadyAsync(AddressOf(node), cancellationToken);

    /// <inheritdoc />
    public async Task<string?> MissingAsync(NodeLaunch node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var answer = await _client.AskAsync(AddressOf(node), cancellationToken).ConfigureAwait(false);
        if (answer.Document is not { } document)
        {
            return $"{node.Name}'s status: {answer.Problem}";
        }

        if (!document.IsAlive)
        {
            return "a master";
        }

        var placed = document.Partitions.Count(partition => partition.IsPlaced);
        return placed < document.Partitions.Count || placed == 0
            ? $"partitions: {placed} of {document.Partitions.Count} are placed"
            : null;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static HostPort AddressOf(NodeLaunch node) => new("127.0.0.1", node.Ports.Http);
}
