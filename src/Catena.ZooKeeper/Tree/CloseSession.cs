namespace Catena.ZooKeeper.Tree;

/// <summary>Ends a session, because its client closed it or because it expired, and deletes its ephemeral znodes.</summary>
/// <param name="SessionId">The session.</param>
public sealed record CloseSession(long SessionId) : Transaction(SessionId);
