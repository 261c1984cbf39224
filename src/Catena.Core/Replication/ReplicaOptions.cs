using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>The settings of one replica; times are nanoseconds of the host's monotonic clock, which counts suspended time.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The node that the replica is on.</summary>
    public required NodeId Self { get; init; }

    /// <summary>The partition that it is a replica of.</summary>
    public required PartitionId Partition { get; init; }

    /// <summary>The life of the node; greater than in any earlier life.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>How many members a configuration needs for writes to commit.</summary>
    public required int MinInSync { get; init; }

    /// <summary>The rules that it keeps; others than the sound ones only in tests.</summary>
    public ReplicaRules Rules { get; init; } = ReplicaRules.Sound;

    /// <summary>How long a granted lease lets its holder answer reads, counted from when it asked.</summary>
    public long Lease { get; init; } = 200_000_000;

    /// <summary>
    /// How long a grantor keeps its promise, counted from when it was asked. Longer than <see cref="Lease" /> by more than two
    /// clocks can differ in that time.
    /// </summary>
    public long Promise { get; init; } = 220_000_000;

    /// <summary>How long to wait for a sign of progress before messages are sent again.</summary>
    public long Retransmit { get; init; } = 150_000_000;

    /// <summary>How much later each further member proposes itself for a suspected first member's place.</summary>
    public long TakeoverStagger { get; init; } = 150_000_000;

    /// <summary>
    /// How much longer a replica waits before it proposes a configuration too small for writes: it may be the one that is cut off.
    /// </summary>
    public long LonelyDelay { get; init; } = 1_500_000_000;

    /// <summary>How long a proposal that could not be submitted waits before it is made again.</summary>
    public long ProposalRetry { get; init; } = 50_000_000;

    /// <summary>How long a learner may count without a proposal of its promotion, while those who commit or read are told of it.</summary>
    public long CountingPatience { get; init; } = 600_000_000;

    /// <summary>How long a member that was dropped once waits to be promoted again; doubled with each further drop.</summary>
    public long ReadmissionDelay { get; init; } = 200_000_000;

    /// <summary>The longest that repeated drops make a replica wait.</summary>
    public long MaxReadmissionDelay { get; init; } = 30_000_000_000;

    /// <summary>How long a follower waits to be fed again after something that it needs turned out to be damaged here.</summary>
    public long DamagedRetry { get; init; } = 5_000_000_000;

    /// <summary>About how many bytes of entries one message carries at most.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>How many messages with entries may be under way to one replica.</summary>
    public int MaxInFlight { get; init; } = 4;

    /// <summary>About how many bytes of state one message of a snapshot carries.</summary>
    public int SnapshotChunkBytes { get; init; } = 256 << 10;
}
