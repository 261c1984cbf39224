namespace Catena.ZooKeeper.Protocol;

/// <summary>Reads a znode's data and stat.</summary>
/// <param name="Path">The znode that is read.</param>
public sealed record GetDataOp(string Path) : ReadOp(Path);
