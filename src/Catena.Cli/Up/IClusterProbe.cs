namespace Catena.Cli.Up;

/// <summary>Finds out whether nodes and cluster serve.</summary>
internal interface IClusterProbe
{
    /// <summary>Whether one node takes requests.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> IsReadyAsync(NodeLaunch node, CancellationToken cancellationToken);

    /// <summary>What the cluster lacks to serve every key.</summary>
    /// <param name="node">The node that is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where it lacks nothing.</returns>
    Task<string?> MissingAsync(NodeLaunch node, CancellationToken cancellationToken);
}
