namespace Catena.ZooKeeper.Protocol;

/// <summary>Demands that a znode exists and has a version; the rest of the multi happens only then.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Version">The version it must have; −1 for any.</param>
public sealed record CheckOp(string Path, int Version) : Op(Path);
