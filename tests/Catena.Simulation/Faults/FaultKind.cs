namespace Catena.Simulation.Faults;

/// <summary>What a <see cref="Nemesis" /> can do to a system.</summary>
public enum FaultKind
{
    /// <summary>Cuts links: a node from all others, two groups, one pair; both ways or one.</summary>
    Partition,

    /// <summary>Clogs links one by one and unclogs them in another order ("swizzle", FoundationDB).</summary>
    Swizzle,

    /// <summary>Breaks a connection.</summary>
    Break,

    /// <summary>Kills a process.</summary>
    Kill,

    /// <summary>Takes the power from a node.</summary>
    PowerLoss,

    /// <summary>Takes the power from all nodes at once.</summary>
    PowerLossOfAll,

    /// <summary>Pauses a process.</summary>
    Pause,

    /// <summary>Moves a wall clock.</summary>
    WallJump,

    /// <summary>Changes the rate of a clock, within the bound.</summary>
    ClockRate,

    /// <summary>Lets a disk stand still.</summary>
    SlowDisk,

    /// <summary>Lets a sync fail.</summary>
    FailedSync,

    /// <summary>Fills a disk.</summary>
    FullDisk,

    /// <summary>Turns over a bit on the one disk that is damaged in this seed.</summary>
    BitRot,

    /// <summary>Misdirects a write on the one disk that is damaged in this seed.</summary>
    MisdirectedWrite,

    /// <summary>Cuts a node off from the coordinator.</summary>
    CoordinatorCut,

    /// <summary>Loses a node's connection to the coordinator.</summary>
    CoordinatorDisconnect,

    /// <summary>Ends a node's session.</summary>
    CoordinatorExpiry,

    /// <summary>Takes the coordinator away from everybody.</summary>
    CoordinatorOutage,

    /// <summary>Cuts a node off from all other nodes and from the coordinator, while clients still reach it.</summary>
    Isolation,

    /// <summary>Ends a process in order.</summary>
    OrderlyEnd,

    /// <summary>Empties the coordinator's tree; it is rebuilt after a while.</summary>
    CoordinatorWiped,

    /// <summary>Sets the coordinator's tree back in time, and brings it up to date at once.</summary>
    CoordinatorRestored,
}
