namespace Catena.ZooKeeper.Tree;

/// <summary>A session as the tree remembers it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TimeoutMilliseconds">
/// How long it lives without contact; who watches over that is the host's <see cref="SessionClock" />.
/// </param>
/// <param name="Password">What a client must show to come back to it.</param>
public sealed record ZnodeSession(long Id, int TimeoutMilliseconds, ReadOnlyMemory<byte> Password);
