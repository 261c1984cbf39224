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

    /// <summary>A commit that counts only the new set while a shrink is proposed.</summary>
    CountsOnlyTheRest,

    /// <summary>A log that is cut at a local watermark.</summary>
    TruncatesByWatermark,

    /// <summary>An epoch that is acknowledged before it is durable.</summary>
    EpochNotDurable,

    /// <summary>A grantor that remembers only its last promise.</summary>
    OnePromiseRemembered,

    /// <summary>Results of retried requests that are lost on failover.</summary>
    ForgetsResults,

    /// <summary>A refused condition that is answered before what it was decided on is committed.</summary>
    RefusesAtOnce,

    /// <summary>A reader that serves before its epoch is settled.</summary>
    ServesUnsettled,

    /// <summary>A chain's member that feeds its successor what is new without what that lacks.</summary>
    ForwardsNewFirst,

    /// <summary>A chain's member that passes on as stable what is stable with itself.</summary>
    PassesOnItsOwn,

    /// <summary>A chain's head that proposes a promotion before those count the learner who must.</summary>
    PromotesUncounted,

    /// <summary>A member of an apportioned chain that answers for keys with pending writes.</summary>
    AnswersDirty,

    /// <summary>An addition that the controller makes.</summary>
    ControllerPromotes,

    /// <summary>An ephemeral node that is taken for a lock.</summary>
    SessionIsLock,

    /// <summary>A transaction that is decided before all have prepared.</summary>
    DecidesUnprepared,

    /// <summary>Keys that were only read and are neither locked nor compared.</summary>
    ReadsWithoutLocks,

    /// <summary>Ranges that were scanned and are neither locked nor compared.</summary>
    ScansWithoutLocks,

    /// <summary>A transaction that is taken for aborted without a record.</summary>
    AbortsWithoutRecord,

    /// <summary>Locks that are lost on failover.</summary>
    LosesLocks,

    /// <summary>Reads that pass prepared writes.</summary>
    PassesPreparedWrites,

    /// <summary>Writes that take no notice of locks.</summary>
    WritesThroughLocks,

    /// <summary>Decisions that participants hear of before they are committed.</summary>
    DeliversUncommitted,

    /// <summary>Reads under locks that are answered though the locks may have been lost.</summary>
    TrustsLocks,

    /// <summary>Decisions that are forgotten while their coordinators may still ask.</summary>
    ForgetsDecisions,

    /// <summary>A transaction that only read and does not look again.</summary>
    ReadsOnce,

    /// <summary>An absent key that was there meanwhile and counts as unchanged.</summary>
    OverlooksVisits,

    /// <summary>Partitions that go on writing and reading under the number of a table that has been dropped.</summary>
    KeepsDroppedTables,

    /// <summary>A program that is carried out though a key that its client watches has changed.</summary>
    IgnoresWatched,

    /// <summary>A forwarded request that is sent twice without a number.</summary>
    ForwardsTwice,
}
