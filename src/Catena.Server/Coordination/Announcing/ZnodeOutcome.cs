namespace Catena.Server.Coordination.Announcing;

/// <summary>What came of an attempt to create a znode.</summary>
internal enum ZnodeOutcome
{
    /// <summary>It is there.</summary>
    Created,

    /// <summary>It is not, and what is in the way passes: it is tried again at once.</summary>
    Soon,

    /// <summary>It was refused, and is tried again at the next look.</summary>
    Refused,
}
