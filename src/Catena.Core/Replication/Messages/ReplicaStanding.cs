namespace Catena.Core.Replication.Messages;

/// <summary>How one replica stands with another. Part of the peer protocol: values are never reused.</summary>
public enum ReplicaStanding : byte
{
    /// <summary>A learner has caught up with the member that feeds it.</summary>
    CaughtUp = 1,

    /// <summary>Its log cannot be continued by the member that feeds it, and its copy may not be replaced in this epoch.</summary>
    Unfit = 2,

    /// <summary>It is suspected by a member that must hear it.</summary>
    Unreached = 3,
}
