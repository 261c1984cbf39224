namespace Catena.Core.Control;

/// <summary>What makes a peer suspected.</summary>
public enum SuspicionCause
{
    /// <summary>It is not suspected.</summary>
    None = 0,

    /// <summary>Its beacons have been missing for too long.</summary>
    Silence = 1,

    /// <summary>Its connection broke, and a new one was refused: nothing listens there any more.</summary>
    Refused = 2,
}
