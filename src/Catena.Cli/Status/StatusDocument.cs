namespace Catena.Cli.Status;

/// <summary>What a node's <c>/status</c> says of its cluster (docs/status.md); what this command does not use is left out.</summary>
internal sealed record StatusDocument
{
    /// <summary>The cluster as a whole.</summary>
    public StatusCluster Cluster { get; init; } = new();

    /// <summary>The identity of the node that answered.</summary>
    public string Self { get; init; } = "";

    /// <summary>All registered nodes.</summary>
    public IReadOnlyList<StatusNode> Nodes { get; init; } = [];

    /// <summary>All partitions, by number.</summary>
    public IReadOnlyList<StatusPartition> Partitions { get; init; } = [];

    /// <summary>The replicas of the node that answered.</summary>
    public IReadOnlyList<StatusReplica> Replicas { get; init; } = [];

    /// <summary>Whether the cluster has a master.</summary>
    public bool IsAlive => Cluster.State == "alive";

    /// <summary>The name of a node; its identity where it is not registered.</summary>
    public string NameOf(string id) => Nodes.FirstOrDefault(node => node.Id == id)?.Name ?? id;
}
