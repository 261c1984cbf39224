namespace Catena.Simulation.Coordination;

/// <summary>What a watch tells.</summary>
public enum WatchEventKind
{
    /// <summary>The znode was created.</summary>
    Created,

    /// <summary>The znode's data was set.</summary>
    Changed,

    /// <summary>The znode was deleted.</summary>
    Deleted,

    /// <summary>A child came or went.</summary>
    ChildrenChanged,
}
