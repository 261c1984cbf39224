namespace Catena.Storage.Recovery;

/// <summary>What recovery can say of a partition's records so far.</summary>
internal enum Proof
{
    /// <summary>All are there.</summary>
    Whole,

    /// <summary>The journal had a hole in which records of the partition may have been; a later mark will tell.</summary>
    Open,

    /// <summary>Some are missing or make no sense: the partition is to be given up.</summary>
    Damaged,
}
