namespace Catena.ZooKeeper.Protocol;

/// <summary>Which watches of a path are removed.</summary>
public enum WatcherType
{
    /// <summary>Those on the list of children.</summary>
    Children = 1,

    /// <summary>Those on data and existence.</summary>
    Data = 2,

    /// <summary>All of them, persistent ones included.</summary>
    Any = 3,
}
