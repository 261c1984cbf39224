using Catena.Core.Control;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Transactions.Coordination;

namespace Catena.Server.Node;

/// <summary>The settings of a node's core; times are nanoseconds.</summary>
public sealed record NodeCoreSettings
{
    /// <summary>This node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>Which slots make which partition.</summary>
    public required PartitionMap Partitions { get; init; }

    /// <summary>How many members a write needs.</summary>
    public required int MinInSync { get; init; }

    /// <summary>The cluster's settings as the coordinator holds them: kept with the node's data, opaque here.</summary>
    public ReadOnlyMemory<byte> ClusterSettings { get; init; }

    /// <summary>The rules that replicas keep; others than the sound ones only in tests.</summary>
    public ReplicaRules Rules { get; init; } = ReplicaRules.Sound;

    /// <summary>How long a lease lasts, counted from when it was asked for.</summary>
    public long Lease { get; init; } = 200_000_000;

    /// <summary>How long a promise lasts, counted from when it was asked for; longer than a lease by more than clocks drift apart.</summary>
    public long Promise { get; init; } = 220_000_000;

    /// <summary>How often the node looks around while anything goes on.</summary>
    public long TickInterval { get; init; } = 10_000_000;

    /// <summary>How often beacons go out while anything goes on.</summary>
    public long BeaconInterval { get; init; } = 40_000_000;

    /// <summary>
    /// How often beacons go out of a node that idles, unless that is less than <see cref="BeaconInterval" />: seldom enough to cost little, and often enough
    /// that leases do not run out between them and a silence is noticed before it is suspected.
    /// </summary>
    public long IdleBeaconInterval { get; init; } = 100_000_000;

    /// <summary>For how long nothing must have gone on for the node to idle.</summary>
    public long IdleAfter { get; init; } = 250_000_000;

    /// <summary>How soon silence becomes suspicion.</summary>
    public FailureDetectorSettings Detection { get; init; } = FailureDetectorSettings.Default;

    /// <summary>About how many bytes of entries one message between replicas carries at most.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>About how many bytes of state one message of a snapshot carries.</summary>
    public int SnapshotChunkBytes { get; init; } = 256 << 10;

    /// <summary>How long a peer that has not been heard since this node started may be silent before it is suspected.</summary>
    public long StartGrace { get; init; } = 10_000_000_000;

    /// <summary>The longest value, in bytes.</summary>
    public int MaxValueBytes { get; init; } = 16 << 20;

    /// <summary>Limits of transactions.</summary>
    public TransactionOptions Transactions { get; init; } = new();

    /// <summary>How many results may wait in one partition.</summary>
    public int MaxWaiting { get; init; } = 65_536;

    /// <summary>How long a result may wait before a read is refused and a write said to be open.</summary>
    public long Patience { get; init; } = 4_000_000_000;

    /// <summary>How often members tell the first one what their states sum up to; 0 for never.</summary>
    public long CompareInterval { get; init; } = 30_000_000_000;

    /// <summary>Whether a write counts as stable only when synced, so that an unclean stop loses nothing that was acknowledged.</summary>
    public bool SyncsEveryWrite { get; init; } = true;
}
