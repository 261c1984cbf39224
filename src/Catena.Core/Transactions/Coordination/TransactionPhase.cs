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

    /// <summary>For what was read and is to be written to be committed.</summary>
    Committing,

    /// <summary>For nothing.</summary>
    Over,
}
