namespace Catena.Simulation.Checkers;

/// <summary>What a replica takes itself for.</summary>
public enum ReplicaRole
{
    /// <summary>No part of the configuration it knows.</summary>
    None,

    /// <summary>Receives and does not count.</summary>
    Learner,

    /// <summary>A member other than the first.</summary>
    Member,

    /// <summary>The first member, acting as such: it issues LSNs in its epoch.</summary>
    First,
}
