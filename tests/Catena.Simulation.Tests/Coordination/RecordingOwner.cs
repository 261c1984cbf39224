using Catena.Simulation.Coordination;

namespace Catena.Simulation.Tests.Coordination;

/// <summary>A session's owner that notes what it is told.</summary>
internal sealed class RecordingOwner : ISessionOwner
{
    public List<string> Told { get; } = [];

    public void StateChanged(SessionState state) => Told.Add($"{state}");

    public void Watched(WatchEventKind kind, string path) => Told.Add($"{kind} {path}");
}
