namespace Catena.Core.Transactions.Coordination;

/// <summary>What an interactive transaction is at.</summary>
internal enum InteractivePhase
{
    /// <summary>It waits for its client.</summary>
    Idle,

    /// <summary>A command's keys are fetched, and locked first where it locks.</summary>
    Fetching,

    /// <summary>A range is locked, before it is scanned.</summary>
    LockingRange,

    /// <summary>A range is scanned.</summary>
    Scanning,

    /// <summary>What was read is fetched once more, to see whether all of it was true at once.</summary>
    Comparing,

    /// <summary>It is being committed, or prepared.</summary>
    Committing,

    /// <summary>It has ended.</summary>
    Over,
}
