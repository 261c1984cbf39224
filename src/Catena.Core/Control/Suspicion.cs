namespace Catena.Core.Control;

/// <summary>What a failure detector holds of its peer at one moment.</summary>
/// <param name="Level">The level φ of suspicion by silence; near 0 when a beacon has just come, without an upper end.</param>
/// <param name="Cause">Why the peer is suspected, or that it is not.</param>
public readonly record struct Suspicion(double Level, SuspicionCause Cause)
{
    /// <summary>Whether the peer is suspected.</summary>
    public bool IsSuspected => Cause != SuspicionCause.None;
}
