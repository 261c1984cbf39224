using Catena.Cli.CommandLine;
using Catena.Cli.Status;

namespace Catena.Cli.Up;

/// <summary>Asks nodes of this machine over HTTP.</summary>
/// <param name="membersForWrites">How many members a partition needs to take writes.</param>
internal sealed class HttpClusterProbe(int membersForWrites) : IClusterProbe, IDisposable
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

        return Lacks(documents, membersForWrites);
    }

    /// <summary>What the cluster lacks, as its nodes tell it.</summary>
    /// <param name="documents">What each node says.</param>
    /// <param name="membersForWrites">How many members a partition needs to take writes.</param>
    /// <returns>Null where every key can be read and written.</returns>
    public static string? Lacks(IReadOnlyList<StatusDocument> documents, int membersForWrites)
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
        if (served < view.Partitions.Count)
        {
            return $"the partitions to serve: {served} of {view.Partitions.Count} do";
        }

        var writable = view.Partitions.Count(partition => partition.Members.Count >= membersForWrites);
        return writable < view.Partitions.Count
            ? $"members to catch up: {writable} of {view.Partitions.Count} partitions have the {membersForWrites} that writes need"
            : null;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static HostPort AddressOf(NodeLaunch node) => new("127.0.0.1", node.Ports.Http);
}
