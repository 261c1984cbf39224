namespace Catena.ZooKeeper.Tree;

/// <summary>What a watch waits for and how often.</summary>
public enum WatchKind
{
    /// <summary>Once: creation, change of data, or deletion.</summary>
    Data,

    /// <summary>Once: a child created or deleted, or deletion of the znode itself.</summary>
    Child,

    /// <summary>Always: all of the above.</summary>
    Persistent,

    /// <summary>Always: creation, change of data and deletion of the znode and of everything under it.</summary>
    PersistentRecursive,
}
