using Catena.Core.Placement;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>What the controller must know of the cluster's settings, each with its default.</summary>
public sealed record ClusterSettings
{
    private readonly int? _minInSync;

    /// <summary>The number of partitions, fixed when the cluster is created; 64 by default.</summary>
    public int Partitions { get; init; } = 64;

    /// <summary>How many replicas each partition should have; 3 by default.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>With how few members a partition still takes writes; a majority of <see cref="Replicas" /> by default.</summary>
    public int MinInSync
    {
        get => _minInSync ?? ((Replicas / 2) + 1);
        init => _minInSync = value;
    }

    /// <summary>The mode that new partitions are created in.</summary>
    public ReplicationMode Mode { get; init; } = ReplicationMode.PrimaryBackup;

    /// <summary>
    /// How many nodes must be there before the cluster is created; 0 (the default) stands for <see cref="Replicas" />. With fewer
    /// than <see cref="Replicas" />, each partition starts on as many as there are.
    /// </summary>
    public int ExpectedNodes { get; init; }

    /// <summary>
    /// For how many milliseconds a lost node is waited for before its replicas are copied elsewhere; 5 minutes by default.
    /// </summary>
    public long ReReplicationDelayMillis { get; init; } = 300_000;

    /// <summary>How many learners one node may be at a time, over all partitions; 2 by default.</summary>
    public int MaxLearnersPerNode { get; init; } = 2;

    /// <summary>How many learners there may be in the cluster at a time; 8 by default.</summary>
    public int MaxLearners { get; init; } = 8;

    /// <summary>How many actions the controller decides on in one go, creations aside; 8 by default.</summary>
    public int MaxActions { get; init; } = 8;

    /// <summary>How many partitions of a new cluster are created in one go; 256 by default.</summary>
    public int MaxCreations { get; init; } = 256;

    /// <summary>
    /// How many things one first member is asked for in one go, over all its partitions; 2 by default. So one that does not answer
    /// cannot use up <see cref="MaxActions" />.
    /// </summary>
    public int MaxAsksPerNode { get; init; } = 2;

    /// <summary>
    /// By what part of its share a node's number of first places may be off before first places are moved; 0.25 by default. What lies
    /// within is left alone, so that a node that goes and comes does not set first places in motion for little.
    /// </summary>
    public double FirstPlaceTolerance { get; init; } = 0.25;

    /// <summary>How replicas are placed.</summary>
    public RingSettings Ring { get; init; } = RingSettings.Default;

    /// <summary>Refuses settings that no cluster can run by.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and the range.</exception>
    public void Validate()
    {
        Require(Partitions, PartitionMap.MinPartitions, PartitionMap.MaxPartitions, "number of partitions");
        Require(Replicas, 1, Placement.Ring.MaxReplicas, "number of replicas");
        Require(MinInSync, 1, Replicas, "min-in-sync");
        Require(ExpectedNodes, 0, int.MaxValue, "number of expected nodes");
        Require(ReReplicationDelayMillis, 0, long.MaxValue, "re-replication delay");
        Require(MaxLearnersPerNode, 1, int.MaxValue, "number of learners a node");
        Require(MaxLearners, 1, int.MaxValue, "number of learners");
        Require(MaxActions, 1, int.MaxValue, "number of actions");
        Require(MaxCreations, 1, int.MaxValue, "number of creations");
        Require(MaxAsksPerNode, 1, int.MaxValue, "number of asks a node");
        if (!(FirstPlaceTolerance is >= 0 and <= 16))
        {
            throw new ArgumentException($"The tolerance of first places must be from 0 to 16, not {FirstPlaceTolerance}.");
        }

        Ring.Validate();
    }

    private static void Require(long value, long from, long to, string what)
    {
        if (value < from || value > to)
        {
            throw new ArgumentException($"The {what} must be from {from} to {to}, not {value}.");
        }
    }
}
