namespace Catena.ZooKeeper.Protocol;

/// <summary>How far a persistent watch reaches.</summary>
public enum AddWatchMode
{
    /// <summary>The znode itself and changes of its list of children.</summary>
    Persistent = 0,

    /// <summary>The znode and everything under it; there are no events about lists of children.</summary>
    PersistentRecursive = 1,
}
