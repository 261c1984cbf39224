using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>A replica as status output, metrics and checkers see it.</summary>
/// <param name="Partition">Which partition.</param>
/// <param name="Epoch">The highest epoch it has learnt of.</param>
/// <param name="Configuration">The configuration of that epoch; null before the first.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Last">The last entry of its log.</param>
/// <param name="Durable">The sequence up to which its log is stable.</param>
/// <param name="Committed">The sequence up to which it knows its log to be committed.</param>
/// <param name="Applied">The sequence up to which its state is.</param>
/// <param name="IsLearner">Whether it receives and does not count yet.</param>
/// <param name="IsSuspect">Whether it may have lost its tail and has not synced since.</param>
/// <param name="HasGivenUp">Whether its copy was lost to corruption.</param>
public sealed record ReplicaStatus(
    PartitionId Partition,
    Epoch Epoch,
    Configuration? Configuration,
    ReplicaPhase Phase,
    Lsn Last,
    ulong Durable,
    ulong Committed,
    ulong Applied,
    bool IsLearner,
    bool IsSuspect,
    bool HasGivenUp);
