namespace Catena.Simulation.Coordination;

/// <summary>Who is told of a session's changes and of the watches set in it.</summary>
public interface ISessionOwner
{
    /// <summary>The session's state changed.</summary>
    void StateChanged(SessionState state);

    /// <summary>A watch fired.</summary>
    void Watched(WatchEventKind kind, string path);
}
