namespace Catena.Core.Replication;

/// <summary>What happened to a replica that an operator wants to read in the log.</summary>
public enum ReplicaEventKind
{
    /// <summary>A newer configuration was learnt.</summary>
    ConfigurationLearnt,

    /// <summary>The phase changed.</summary>
    PhaseChanged,

    /// <summary>A configuration was proposed to the coordinator.</summary>
    Proposed,

    /// <summary>A proposal was accepted or rejected.</summary>
    ProposalResolved,

    /// <summary>A follower is being caught up by log or by snapshot.</summary>
    CatchUpStarted,

    /// <summary>A learner has caught up.</summary>
    CaughtUp,

    /// <summary>Entries that no configuration had committed were removed from the log.</summary>
    Truncated,

    /// <summary>A message of a lower epoch was refused.</summary>
    Refused,

    /// <summary>A follower cannot be fed for now, since what it needs is damaged here.</summary>
    CatchUpStopped,

    /// <summary>Something that was read is not what was written.</summary>
    Damaged,

    /// <summary>Replicas that applied the same entries hold different states.</summary>
    Diverged,

    /// <summary>A copy was given up.</summary>
    GaveUp,

    /// <summary>The only member left may lack what others had, and does not lead: an operator must decide.</summary>
    CannotLead,
}
