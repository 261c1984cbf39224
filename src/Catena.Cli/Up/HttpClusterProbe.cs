using Catena.Cli.CommandLine;
using Catena.Cli.Status;

namespace Catena.Cli.Up;

/// <summary>Asks nodes of this machine over HTTP.</summary>
internal sealed class HttpClusterProbe : IClusterProbe, IDisposable
{
    private readonly StatusClient _client = new(TimeSpan.FromSeconds(2));

    /// <inheritdoc />
    public Task<string?> NodeLacksAsync(NodeLaunch node, CancellationToken cancellationToken) =>
        _client.LacksAsync(AddressOf(node), cancellationToken);

    /// <inheritdoc />
    public async Task<string?> ClusterLacksAsync(IReadOnlyList<NodeLaunch> nodes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var documents = new List<StatusDocument>();
        foreach (var node in nodes)
        {
            var answer = await _client.AskAsync(AddressOf(node), cancellationToken).ConfigureAwait(false);
            if (answer.Document is not { } document)
            {
                return $"{node.Name}'s status ({answer.Problem})";
            }

            documents.Add(document);
        }

        return Lacks(documents);
    }

    /// <summary>What the cluster lacks, as its nodes tell it.</summary>
    public static string? Lacks(IReadOnlyList<StatusDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var view = documents[0];
        if (!view.IsAlive)
        {
            return "a master";
        }

        var placed = view.Partitions.Count(partition => partition.IsPlaced);
        if (placed == 0 || placed < view.Partitions.Count)
        {
            return $"the partitions to be placed: {placed} of {view.Partitions.Count} are";
        }

        var serving = documents
            .SelectMany(document => document.Replicas.Where(replica => replica.Phase == "serving").Select(replica => (document.Self, replica.Partition)))
            .ToHashSet();
        var served = view.Partitions.Count(partition => serving.Contains((partition.Members[0], partition.Partition)));
        return served < view.Partitions.Count ? $"the partitions to serve: {served} of {view.Partitions.Count} do" : null;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static HostPort AddressOf(NodeLaunch node) => new("127.0.0.1", node.Ports.Http);
}
