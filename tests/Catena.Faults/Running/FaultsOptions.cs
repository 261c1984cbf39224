using Catena.Core.Replication;
using Catena.Faults.Faults;

namespace Catena.Faults.Running;

/// <summary>What a run is asked to do.</summary>
internal sealed record FaultsOptions
{
    /// <summary>For how long rounds are begun; every kind strikes at least once, however long that takes.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>What everything random is drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The kinds of faults.</summary>
    public required IReadOnlyList<FaultKind> Kinds { get; init; }

    /// <summary>How many nodes the cluster has; each partition has three replicas.</summary>
    public required int Nodes { get; init; }

    /// <summary>How partitions replicate; null where that changes all the time.</summary>
    public required ReplicationMode? Mode { get; init; }

    /// <summary>How they replicate when the cluster is new.</summary>
    public ReplicationMode FirstMode => Mode ?? ReplicationMode.PrimaryBackup;

    /// <summary>Whether Apache ZooKeeper coordinates, and not the embedded coordinator.</summary>
    public required bool UsesZooKeeper { get; init; }

    /// <summary>Where the figures go as JSON; null for nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>Where histories, logs and data stay; null if they go.</summary>
    public string? Keep { get; init; }

    /// <summary>What the names of all that the run makes begin with.</summary>
    public required string Prefix { get; init; }

    /// <summary>The run's directory, which the launcher makes and removes.</summary>
    public required string Directory { get; init; }

    /// <summary>The working copy.</summary>
    public required string Root { get; init; }

    /// <summary>The program <c>catena</c> that was built there.</summary>
    public string Catena => Path.Combine(Root, "artifacts", "bin", "Catena.Cli", "release", "catena");
}
