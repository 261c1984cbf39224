namespace Catena.ZooKeeper.Protocol;

/// <summary>Reads the names of a znode's children.</summary>
/// <param name="Path">The znode that is read.</param>
public sealed record GetChildrenOp(string Path) : ReadOp(Path);
