using Catena.Core.Replication;
using Catena.Core.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>What of a cluster is left out or broken, so that tests can see that it is missed.</summary>
public sealed record ClusterDefects
{
    /// <summary>Nothing.</summary>
    public static ClusterDefects None { get; } = new();

    /// <summary>The rules that replicas keep.</summary>
    public ReplicaRules Rules { get; init; } = ReplicaRules.Sound;

    /// <summary>The rules that transactions keep.</summary>
    public TransactionRules TransactionRules { get; init; } = TransactionRules.Sound;

    /// <summary>Whether a reader takes its ephemeral node for a lock: it answers for as long as it knows of no end of its session.</summary>
    public bool SessionIsLock { get; init; }

    /// <summary>Whether forwarded requests lose their number and are sent twice.</summary>
    public bool ForwardsTwice { get; init; }

    /// <summary>Whether transactions are carried out whatever has become of the keys that their clients watch.</summary>
    public bool IgnoresWatched { get; init; }

    /// <summary>Whether the controller makes members of new replicas at once.</summary>
    public bool ControllerPromotes { get; init; }
}
