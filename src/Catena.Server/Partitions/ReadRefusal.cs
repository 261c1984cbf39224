namespace Catena.Server.Partitions;

/// <summary>Why a partition's log cannot be read from where somebody wants to go on.</summary>
public enum ReadRefusal
{
    /// <summary>It can.</summary>
    None,

    /// <summary>This replica is not the partition's first member, or does not serve yet.</summary>
    NotMine,

    /// <summary>The entries are no longer kept.</summary>
    NotKept,

    /// <summary>The log does not hold that position: it was cut, or never came to be.</summary>
    NotOnLineage,
}
