namespace Catena.ZooKeeper.Tree;

/// <summary>The lists that a <see cref="WatchTable" /> keeps: ordinary watches, and the halves of persistent ones.</summary>
internal enum WatchList
{
    /// <summary>Ordinary watches on data and existence.</summary>
    Data,

    /// <summary>Ordinary watches on the list of children.</summary>
    Child,

    /// <summary>Persistent watches: what concerns data and existence.</summary>
    PersistentData,

    /// <summary>Persistent watches: what concerns children.</summary>
    PersistentChild,

    /// <summary>Persistent recursive watches: what concerns data and existence.</summary>
    RecursiveData,

    /// <summary>Persistent recursive watches: the half that Apache keeps with the watches on children, which only deletions reach.</summary>
    RecursiveChild,
}
