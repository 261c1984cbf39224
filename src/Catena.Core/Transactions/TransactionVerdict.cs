namespace Catena.Core.Transactions;

/// <summary>What a participant or a home partition says of a transaction; the integer in its result. Persisted: values are never changed or reused.</summary>
public enum TransactionVerdict : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The participant holds the locks and the writes, and does as the home partition decides.</summary>
    Prepared = 1,

    /// <summary>What was read has changed since; nothing is held.</summary>
    Conflict = 2,

    /// <summary>All of it happens.</summary>
    Committed = 3,

    /// <summary>None of it happens.</summary>
    Aborted = 4,
}
