namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of the cluster as a whole.</summary>
internal sealed record StatusCluster
{
    /// <summary>Its identity.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>alive</c>, or <c>dead</c> where it has no master.</summary>
    public string State { get; init; } = "";
}
