using Catena.Core.Replication;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Node;

namespace Catena.Cli.Up;

/// <summary>What the user asked of <c>catena up</c>; null where the directory, or else the default, decides.</summary>
internal sealed record UpOptions
{
    /// <summary>The directory that holds the cluster.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How many nodes.</summary>
    public int? Nodes { get; init; }

    /// <summary>How many replicas a partition.</summary>
    public int? Replicas { get; init; }

    /// <summary>How many members a write needs.</summary>
    public int? MinInSync { get; init; }

    /// <summary>How many partitions.</summary>
    public int? Partitions { get; init; }

    /// <summary>How the partitions of a new cluster replicate.</summary>
    public ReplicationMode? Mode { get; init; }

    /// <summary>How many of the nodes lead partitions, from the first on; all where null; of this run only.</summary>
    public int? Leaders { get; init; }

    /// <summary>Where the ports begin.</summary>
    public int? BasePort { get; init; }

    /// <summary>The servers of an ensemble that coordinates instead of the embedded server.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>The cluster's name in the coordinator.</summary>
    public string? Cluster { get; init; }

    /// <summary>When a write counts as stable; of this run only.</summary>
    public Durability Durability { get; init; } = Durability.Always;

    /// <summary>How long ZooKeeper keeps the session of a silent node; of this run only.</summary>
    public TimeSpan SessionTimeout { get; init; } = NodeOptions.StandardSessionTimeout;

    /// <summary>Whether a node that died is started again; of this run only.</summary>
    public bool Restart { get; init; } = true;

    /// <summary>Whether nodes answer MOVED instead of forwarding; of this run only.</summary>
    public bool RedisCluster { get; init; }

    /// <summary>Whether nodes refuse commands whose keys have several slots; of this run only.</summary>
    public bool RedisCrossSlot { get; init; }

    /// <summary>Whether nodes serve the table service; of this run only.</summary>
    public bool Table { get; init; }

    /// <summary>Whether nodes serve the plain-text service; of this run only.</summary>
    public bool Text { get; init; }

    /// <summary>The file with the password of the Redis protocol; of this run only. The environment goes to the nodes by itself.</summary>
    public string? RedisPasswordFile { get; init; }

    /// <summary>Where in the coordinator every node tells its addresses; of this run only.</summary>
    public IReadOnlyList<Announcement> Announcements { get; init; } = [];

    /// <summary>Further flags for every node; of this run only.</summary>
    public IReadOnlyList<string> NodeFlags { get; init; } = [];
}
