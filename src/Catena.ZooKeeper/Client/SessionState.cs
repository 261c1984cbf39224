namespace Catena.ZooKeeper.Client;

/// <summary>How a client stands to its session.</summary>
public enum SessionState
{
    /// <summary>No server has answered yet; there is no session.</summary>
    Connecting,

    /// <summary>A server holds the session, and requests are carried out.</summary>
    Connected,

    /// <summary>
    /// The connection is lost and another is being sought. The session may live or have expired; nobody knows, and what depends on it
    /// must pause.
    /// </summary>
    Disconnected,

    /// <summary>The session is over and its ephemeral znodes are gone or will go. The client is of no more use.</summary>
    Expired,

    /// <summary>The client was closed.</summary>
    Closed,
}
