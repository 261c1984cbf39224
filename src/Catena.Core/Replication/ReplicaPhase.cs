namespace Catena.Core.Replication;

/// <summary>What a replica is doing in its epoch.</summary>
public enum ReplicaPhase
{
    /// <summary>It is in no configuration, or has not learnt of one.</summary>
    Idle,

    /// <summary>It follows whoever feeds it, as a member or as a learner.</summary>
    Following,

    /// <summary>
    /// It takes no part in its epoch, in which an earlier life of it did: as the first member it proposes the next one, as another member of a chain it
    /// asks the first one to.
    /// </summary>
    Reopening,

    /// <summary>It is the first member and gathers the members' acknowledgements of the epoch.</summary>
    Opening,

    /// <summary>It is the first member and takes over the longest log from the member that has it.</summary>
    Adopting,

    /// <summary>It is the first member, and every other member is being brought to its log.</summary>
    Bringing,

    /// <summary>It is the first member and serves.</summary>
    Serving,
}
