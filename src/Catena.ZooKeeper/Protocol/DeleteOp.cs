namespace Catena.ZooKeeper.Protocol;

/// <summary>Deletes a znode that has no children.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Version">The version it must have; −1 for any.</param>
public sealed record DeleteOp(string Path, int Version) : Op(Path);
