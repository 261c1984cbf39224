namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What a client does with a transaction whose steps it has done one by one.</summary>
public enum InteractionEnd
{
    /// <summary>Commits it.</summary>
    Commit,

    /// <summary>Gives it up.</summary>
    Rollback,

    /// <summary>Goes away without a word.</summary>
    Leave,

    /// <summary>Has it prepared, and commits it by its handle.</summary>
    CommitPrepared,

    /// <summary>Has it prepared, and gives it up by its handle.</summary>
    RollbackPrepared,

    /// <summary>Has it prepared, and goes away without a word.</summary>
    LeavePrepared,
}
