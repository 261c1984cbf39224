namespace Catena.ZooKeeper.Tree;

/// <summary>One change of a <see cref="ZnodeTree" />, to be applied as a whole or not at all.</summary>
/// <param name="SessionId">The session on whose behalf it happens; 0 for the server's own.</param>
public abstract record Transaction(long SessionId);
