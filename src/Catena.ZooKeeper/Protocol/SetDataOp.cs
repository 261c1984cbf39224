namespace Catena.ZooKeeper.Protocol;

/// <summary>Replaces a znode's data.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Data">The new data.</param>
/// <param name="Version">The version it must have; −1 for any, which switches compare-and-set off.</param>
public sealed record SetDataOp(string Path, ReadOnlyMemory<byte> Data, int Version) : Op(Path);
