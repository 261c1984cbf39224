namespace Catena.Core.Transactions.Coordination;

/// <summary>What a coordinator waits for.</summary>
internal enum TransactionPhase
{
    /// <summary>To begin.</summary>
    New,

    /// <summary>For what the program reads.</summary>
    Reading,

    /// <summary>For what was read, a second time.</summary>
    Comparing,

    /// <summary>For locks, and for what the locked keys hold.</summary>
    Locking,

    /// <summary>For the partitions beside the home partition to prepare.</summary>
    Preparing,

    /// <summary>For the home partition to decide.</summary>
    Deciding,

    /// <summary>For the home partition's word, the answer to the decision having been lost.</summary>
    Asking,

    /// <summary>For nothing.</summary>
    Over,
}
