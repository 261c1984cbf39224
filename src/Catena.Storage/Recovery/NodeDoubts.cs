namespace Catena.Storage.Recovery;

/// <summary>What recovery could not prove that belongs to no partition of which the journal holds a record. Persisted: bits are never changed or reused.</summary>
[Flags]
internal enum NodeDoubts : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A newer node record may have been lost.</summary>
    Record = 1,

    /// <summary>Partitions without records may have been lost in damage: they are given up.</summary>
    UnknownGivenUp = 2,

    /// <summary>Partitions without records may have had some in a torn end: their tails count as lost.</summary>
    UnknownLostTail = 4,
}
