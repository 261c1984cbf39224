namespace Catena.ZooKeeper.Tree;

/// <summary>Starts a session.</summary>
/// <param name="SessionId">Its id, chosen by the host; not 0 and not in use.</param>
/// <param name="TimeoutMilliseconds">How long it lives without contact.</param>
/// <param name="Password">What a client must show to come back to it; chosen by the host.</param>
public sealed record OpenSession(long SessionId, int TimeoutMilliseconds, ReadOnlyMemory<byte> Password) : Transaction(SessionId);
