namespace Catena.Server.Coordination.Recovery;

/// <summary>How a coordinator's lost tree is rebuilt.</summary>
public sealed record MetadataRecoveryOptions
{
    /// <summary>ZooKeeper's servers as <c>host:port,host:port/chroot</c>: those that are to hold the tree again.</summary>
    public required string ZooKeeper { get; init; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "default";

    /// <summary>Names or ids of nodes that cannot be asked and are gone for good.</summary>
    public IReadOnlyCollection<string> Gone { get; init; } = [];

    /// <summary>Go on without partitions, or without nodes that may have acknowledged writes by themselves.</summary>
    public bool AcceptDataLoss { get; init; }

    /// <summary>Only say what would be written.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long ZooKeeper may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
