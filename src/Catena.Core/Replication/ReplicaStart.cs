namespace Catena.Core.Replication;

/// <summary>How a replica starts.</summary>
/// <param name="Record">What it must not forget; <see cref="ReplicaRecord.Empty" /> for a new one.</param>
/// <param name="Now">The time.</param>
/// <param name="PromisesUntil">
/// When every promise of an earlier life of this node has run out: the start plus the longest promise it ever granted. Before
/// that, no epoch is acknowledged.
/// </param>
/// <param name="IsSuspect">Whether the log may have lost its tail (an unclean stop without durability <c>always</c>, or a torn tail).</param>
/// <param name="GaveUp">Whether recovery found the copy corrupt and gave it up.</param>
public sealed record ReplicaStart(ReplicaRecord Record, long Now, long PromisesUntil, bool IsSuspect, bool GaveUp)
{
    /// <summary>
    /// Whether damage may have taken newer records: epochs that this replica learns of may be known to the others as ones that it has acknowledged.
    /// </summary>
    public bool RecordMayBeOld { get; init; }
}
