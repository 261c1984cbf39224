namespace Catena.Cli.Up;

/// <summary>Finds out whether nodes and cluster serve.</summary>
internal interface IClusterProbe
{
    /// <summary>What one node waits for before it takes requests.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where it is ready.</returns>
    Task<string?> NodeLacksAsync(NodeLaunch node, CancellationToken cancellationToken);

    /// <summary>What the cluster lacks to serve every key.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where it lacks nothing.</returns>
    Task<string?> ClusterLacksAsync(IReadOnlyList<NodeLaunch> nodes, CancellationToken cancellationToken);
}
