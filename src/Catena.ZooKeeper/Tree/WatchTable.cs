using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>Who watches what, and who hears of a change.</summary>
/// <remarks>
/// A change tells each watcher of one event once, however many of its watches fit. Watchers hear in ascending order, so that a
/// simulator's runs repeat. Not thread-safe.
/// </remarks>
public sealed class WatchTable
{
    private static readonly WatchKind[] Kinds = Enum.GetValues<WatchKind>();

    private readonly Dictionary<string, SortedSet<long>>[] _byPath =
        [.. Kinds.Select(_ => new Dictionary<string, SortedSet<long>>(StringComparer.Ordinal))];

    private readonly Dictionary<long, HashSet<(WatchKind Kind, string Path)>> _byWatcher = [];
    private readonly SortedSet<long> _told = [];
    private readonly SortedSet<long> _toldBefore = [];

    /// <summary>How many watches are set.</summary>
    public int Count { get; private set; }

    /// <summary>Sets a watch; one that is set already stays one.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode that is watched, whether or not it exists.</param>
    /// <param name="kind">What it waits for.</param>
    public void Add(long watcher, string path, WatchKind kind)
    {
        var table = _byPath[(int)kind];
        if (!table.TryGetValue(path, out var watchers))
        {
            table.Add(path, watchers = []);
        }

        if (!watchers.Add(watcher))
        {
            return;
        }

        if (!_byWatcher.TryGetValue(watcher, out var watches))
        {
            _byWatcher.Add(watcher, watches = []);
        }

        watches.Add((kind, path));
        Count++;
    }

    /// <summary>Whether a watch is set.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode.</param>
    /// <param name="kind">What it waits for.</param>
    public bool Contains(long watcher, string path, WatchKind kind) =>
        _byPath[(int)kind].TryGetValue(path, out var watchers) && watchers.Contains(watcher);

    /// <summary>Removes a watch.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode.</param>
    /// <param name="kind">What it waits for.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(long watcher, string path, WatchKind kind)
    {
        var table = _byPath[(int)kind];
        if (!table.TryGetValue(path, out var watchers) || !watchers.Remove(watcher))
        {
            return false;
        }

        if (watchers.Count == 0)
        {
            table.Remove(path);
        }

        var watches = _byWatcher[watcher];
        watches.Remove((kind, path));
        if (watches.Count == 0)
        {
            _byWatcher.Remove(watcher);
        }

        Count--;
        return true;
    }

    /// <summary>Removes every watch of a watcher.</summary>
    /// <param name="watcher">Who watched.</param>
    public void RemoveAll(long watcher)
    {
        if (_byWatcher.TryGetValue(watcher, out var watches))
        {
            foreach (var (kind, path) in watches.ToArray())
            {
                Remove(watcher, path, kind);
            }
        }
    }

    /// <summary>Tells of a change: of the znode, to its watchers, and of its parent's list of children, to the parent's.</summary>
    /// <param name="change">What happened: a creation, a deletion or a change of data.</param>
    /// <param name="notifications">Takes the events, in the order in which they are to be sent.</param>
    public void Trigger(WatchedEvent change, ICollection<WatchNotification> notifications)
    {
        if (Count == 0)
        {
            return;
        }

        _toldBefore.Clear();
        Collect(change.Path, WatchKind.Data, fire: true);
        Collect(change.Path, WatchKind.Persistent, fire: false);
        for (var above = change.Path; ; above = ZnodePath.Parent(above))
        {
            Collect(above, WatchKind.PersistentRecursive, fire: false);
            if (above == ZnodePath.Root)
            {
                break;
            }
        }

        Tell(change, notifications);
        if (change.Type == WatchedEventType.NodeDataChanged)
        {
            return;
        }

        if (change.Type == WatchedEventType.NodeDeleted)
        {
            Collect(change.Path, WatchKind.Child, fire: true);
            _told.ExceptWith(_toldBefore);
            Tell(change, notifications);
        }

        var parent = ZnodePath.Parent(change.Path);
        Collect(parent, WatchKind.Child, fire: true);
        Collect(parent, WatchKind.Persistent, fire: false);
        Tell(new WatchedEvent(WatchedEventType.NodeChildrenChanged, parent), notifications);
    }

    private void Collect(string path, WatchKind kind, bool fire)
    {
        if (!_byPath[(int)kind].TryGetValue(path, out var watchers))
        {
            return;
        }

        _told.UnionWith(watchers);
        if (fire)
        {
            foreach (var watcher in watchers.ToArray())
            {
                Remove(watcher, path, kind);
            }
        }
    }

    private void Tell(WatchedEvent happened, ICollection<WatchNotification> notifications)
    {
        foreach (var watcher in _told)
        {
            notifications.Add(new WatchNotification(watcher, happened));
        }

        _toldBefore.UnionWith(_told);
        _told.Clear();
    }
}
