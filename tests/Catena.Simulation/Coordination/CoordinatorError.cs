namespace Catena.Simulation.Coordination;

/// <summary>How a request to the coordinator ended.</summary>
public enum CoordinatorError
{
    /// <summary>It took effect.</summary>
    Ok,

    /// <summary>The znode, or the parent of one to be created, does not exist.</summary>
    NoNode,

    /// <summary>The znode exists already.</summary>
    NodeExists,

    /// <summary>The version is not the expected one.</summary>
    BadVersion,

    /// <summary>The znode has children.</summary>
    NotEmpty,

    /// <summary>The parent is ephemeral.</summary>
    NoChildrenForEphemerals,

    /// <summary>The connection was lost: a write may have taken effect or not.</summary>
    ConnectionLost,

    /// <summary>The session is over, and its ephemeral znodes are gone; the request had no effect.</summary>
    SessionExpired,
}
