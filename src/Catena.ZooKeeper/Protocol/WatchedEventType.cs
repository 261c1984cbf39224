namespace Catena.ZooKeeper.Protocol;

/// <summary>What happened to a watched znode.</summary>
public enum WatchedEventType
{
    /// <summary>It was created.</summary>
    NodeCreated = 1,

    /// <summary>It was deleted.</summary>
    NodeDeleted = 2,

    /// <summary>Its data changed.</summary>
    NodeDataChanged = 3,

    /// <summary>A child of it was created or deleted.</summary>
    NodeChildrenChanged = 4,
}
