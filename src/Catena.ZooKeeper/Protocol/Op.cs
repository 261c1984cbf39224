namespace Catena.ZooKeeper.Protocol;

/// <summary>One update of one znode, alone or as a part of a multi.</summary>
/// <param name="Path">The znode's path.</param>
public abstract record Op(string Path);
