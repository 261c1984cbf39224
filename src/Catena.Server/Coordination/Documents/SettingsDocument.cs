namespace Catena.Server.Coordination.Documents;

/// <summary>What the znode <c>settings</c> holds: what is fixed for the whole cluster.</summary>
internal sealed record SettingsDocument
{
    /// <summary>The version of the layout that this program reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the layout below the cluster's path.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>The cluster's UUID, drawn when it is created.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>The number of partitions.</summary>
    public required int Partitions { get; init; }

    /// <summary>How many replicas each partition should have.</summary>
    public required int Replicas { get; init; }

    /// <summary>How many members a write needs.</summary>
    public required int MinInSync { get; init; }

    /// <summary>The name of the mode that partitions were created with; each has its own from then on.</summary>
    public required string Mode { get; init; }

    /// <summary>How many nodes must be there before partitions are placed; the replicas where 0.</summary>
    public int ExpectedNodes { get; set; }

    /// <summary>How long a lost node is waited for before its replicas are copied elsewhere.</summary>
    public long ReReplicationDelayMilliseconds { get; set; } = 300_000;

    /// <summary>Whether every partition has been created.</summary>
    public bool Created { get; set; }
}
