namespace Catena.Simulation.Tests.Cluster;

/// <summary>A rule that a cluster leaves out, or a part of its world that is broken.</summary>
public enum PlantedFault
{
    /// <summary>None: the control.</summary>
    None,

    /// <summary>Replies before the append is stable.</summary>
    RepliesBeforeStable,

    /// <summary>A backup that accepts a lower epoch.</summary>
    AcceptsLowerEpoch,

    /// <summary>A primary that reads without a lease.</summary>
    ReadsWithoutLease,

    /// <summary>A first member that resumes its epoch after a restart.</summary>
    ResumesEpoch,

    /// <summary>A learner whose promotion is proposed and that does not count for leases.</summary>
    LearnerWithoutLease,

    /// <summary>A learner whose promotion is proposed and that does not count for commits.</summary>
    LearnerWithoutCommit,

    /// <summary>A new primary that drops its inherited suffix.</summary>
    DropsSuffix,

    /// <summary>A grantor that acknowledges an epoch in spite of its promise.</summary>
    BreaksPromises,

    /// <summary>A grantor that forgets its promises when it restarts.</summary>
    ForgetsPromises,

    /// <summary>Disks that call a sync done and keep nothing.</summary>
    LyingDisks,

    /// <summary>Clocks that run far beyond the bound on their error.</summary>
    WildClocks,

    /// <summary>A coordinator that sets without comparing.</summary>
    NoCompareAndSet,
}
