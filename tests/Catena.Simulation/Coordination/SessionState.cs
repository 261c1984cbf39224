namespace Catena.Simulation.Coordination;

/// <summary>A session as its owner knows it.</summary>
public enum SessionState
{
    /// <summary>No server is connected; the session may be over without the owner's knowledge.</summary>
    Disconnected,

    /// <summary>A server is connected.</summary>
    Connected,

    /// <summary>The session is over for good.</summary>
    Expired,
}
