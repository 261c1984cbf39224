namespace Catena.ZooKeeper.Protocol;

/// <summary>One read of a multiRead.</summary>
/// <param name="Path">The znode that is read.</param>
public abstract record ReadOp(string Path);
