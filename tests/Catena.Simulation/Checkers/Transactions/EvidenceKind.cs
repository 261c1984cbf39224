namespace Catena.Simulation.Checkers.Transactions;

/// <summary>How a dependency is known.</summary>
internal enum EvidenceKind
{
    /// <summary>From the order of two values in a list that was read.</summary>
    ListOrder,

    /// <summary>From the absence of an appended value in the longest list that was read.</summary>
    NotInLongestList,

    /// <summary>From the reading of a value.</summary>
    ValueRead,

    /// <summary>From the key having been absent before its first write.</summary>
    AbsentAtFirst,

    /// <summary>From a transaction that read the older version and wrote the newer one.</summary>
    ReadThenWritten,

    /// <summary>From a transaction that read another value of the older version's writer, and wrote the newer one.</summary>
    WrittenAfterRead,

    /// <summary>From a transaction that read another value of the older version's writer, and the newer version.</summary>
    ReadTogether,

    /// <summary>From a transaction that saw the older version and had returned before one that saw the newer one was called.</summary>
    VersionsInTime,

    /// <summary>From one process having run the two transactions one after the other.</summary>
    Process,

    /// <summary>From the times of the two transactions.</summary>
    RealTime,
}
