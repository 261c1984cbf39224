namespace Catena.Server.Coordination.Tree;

/// <summary>A znode as it was read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Data">Its data; null where there is no such znode.</param>
/// <param name="Version">Its version.</param>
internal readonly record struct ZnodeState(string Path, byte[]? Data, int Version);
