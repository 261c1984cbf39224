namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of its cluster (docs/status.md); what this command does not show is left out.</summary>
internal sealed record StatusDocument
{
    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "";

    /// <summary><c>alive</c>, or <c>dead</c> where the cluster has no master.</summary>
    public string State { get; init; } = "";

    /// <summary>The name of the node that answered.</summary>
    public string Node { get; init; } = "";

    /// <summary>All registered nodes.</summary>
    public IReadOnlyList<StatusNode> Nodes { get; init; } = [];

    /// <summary>All partitions, by number.</summary>
    public IReadOnlyList<StatusPartition> Partitions { get; init; } = [];

    /// <summary>Whether the cluster has a master.</summary>
    public bool IsAlive => State == "alive";
}
