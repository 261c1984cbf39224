namespace Catena.ZooKeeper.Protocol;

/// <summary>Deletes a container whose last child is gone: what only a server does, of its own accord.</summary>
/// <param name="Path">Its path.</param>
public sealed record DeleteContainerOp(string Path) : Op(Path);
