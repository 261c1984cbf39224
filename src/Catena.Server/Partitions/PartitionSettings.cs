using Catena.Core.Placement;
using Catena.Core.Replication;
using Catena.Core.Transactions.Coordination;

namespace Catena.Server.Partitions;

/// <summary>The settings of a partition's host.</summary>
/// <param name="Replica">Those of its replica.</param>
/// <param name="Slots">The partition's slots.</param>
/// <param name="MaxValueBytes">The longest value.</param>
/// <param name="MaxWaiting">How many results may wait at once; more are refused as busy.</param>
/// <param name="Patience">How long, in nanoseconds, a result may wait before a read is refused and a write said to be open.</param>
/// <param name="CompareInterval">How often, in nanoseconds, members tell the first one what their states sum up to; 0 for never.</param>
public sealed record PartitionSettings(ReplicaOptions Replica, SlotRange Slots, int MaxValueBytes, int MaxWaiting, long Patience, long CompareInterval)
{
    /// <summary>Those of transactions.</summary>
    public TransactionOptions Transactions { get; init; } = new();
}
