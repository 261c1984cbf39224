using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>Sets a reconnected client's watches again, and tells at once what it has missed.</summary>
/// <remarks>
/// What can be seen from the present state is told and nothing else: a znode that was created and deleted in between shows nothing, one
/// that was deleted and created again shows as changed, and persistent watches get no word of the past.
/// </remarks>
internal static class WatchRestorer
{
    /// <summary>Sets the watches.</summary>
    /// <param name="tree">The tree they are set in.</param>
    /// <param name="watcher">Whose they are.</param>
    /// <param name="wanted">The watches, and the newest transaction their owner knew of.</param>
    /// <param name="notifications">Takes the events that are due at once.</param>
    public static void Restore(ZnodeTree tree, long watcher, SetWatches wanted, ICollection<WatchNotification> notifications)
    {
        foreach (var path in wanted.Data)
        {
            var error = tree.Exists(path, out var stat);
            SetOrTell(path, WatchKind.Data, error == ErrorCode.NoNode ? WatchedEventType.NodeDeleted
                : stat.Mzxid > wanted.RelativeZxid ? WatchedEventType.NodeDataChanged : null);
        }

        foreach (var path in wanted.Exist)
        {
            SetOrTell(path, WatchKind.Data, tree.Exists(path, out _) == ErrorCode.Ok ? WatchedEventType.NodeCreated : null);
        }

        foreach (var path in wanted.Child)
        {
            var error = tree.Exists(path, out var stat);
            SetOrTell(path, WatchKind.Child, error == ErrorCode.NoNode ? WatchedEventType.NodeDeleted
                : stat.Pzxid > wanted.RelativeZxid ? WatchedEventType.NodeChildrenChanged : null);
        }

        foreach (var path in wanted.Persistent)
        {
            tree.Watches.Add(watcher, path, WatchKind.Persistent);
        }

        foreach (var path in wanted.PersistentRecursive)
        {
            tree.Watches.Add(watcher, path, WatchKind.PersistentRecursive);
        }

        void SetOrTell(string path, WatchKind kind, WatchedEventType? missed)
        {
            if (missed is { } type)
            {
                notifications.Add(new WatchNotification(watcher, new WatchedEvent(type, path)));
            }
            else
            {
                tree.Watches.Add(watcher, path, kind);
            }
        }
    }
}
