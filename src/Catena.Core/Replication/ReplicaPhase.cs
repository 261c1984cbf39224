namespace Catena.Core.Replication;

/// <summary>What a replica is doing in its epoch.</summary>
public enum ReplicaPhase
{
    /// <summary>It is in no configuration, or has not learnt of one.</summary>
    Idle,

    /// <summary>It follows the first member, as a member or as a learner.</summary>
    Following,

    /// <summary>It is the first member of an epoch that it may not lead, and proposes the next one.</summary>
    Reopening,

    /// <summary>It is the first member and gathers the members' acknowledgements of the epoch.</summary>
    Opening,

    /// <summary>It is the first member and takes over the longest log from the member that has it.</summary>
    Adopting,

    /// <summary>It is the first member and brings every other member to its own log.</summary>
    Bringing,

    /// <summary>It is the first member and serves.</summary>
    Serving,
}
