namespace Catena.Storage.Partitions;

/// <summary>Why a partition's content was given up. Persisted: values are never changed or reused.</summary>
public enum ResetReason : byte
{
    /// <summary>It was damaged, or could not be proved to be complete: the replica must not count until it holds another's copy.</summary>
    Damaged = 1,

    /// <summary>The node holds no replica of the partition any more.</summary>
    Removed = 2,

    /// <summary>The replica starts again from nothing, as a new learner.</summary>
    StartOver = 3,
}
