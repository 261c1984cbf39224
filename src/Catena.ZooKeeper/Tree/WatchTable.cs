using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>Who watches what, and who hears of a change.</summary>
/// <remarks>
/// A change tells each watcher of one event once, however many of its watches fit. Watchers hear in ascending order, so that a
/// simulator's runs repeat. As in Apache ZooKeeper 3.8, a persistent watch is one half on data and one on children, which can be asked
/// for and removed apart. Not thread-safe.
/// </remarks>
public sealed class WatchTable
{
    private static readonly WatchList[] DataLists = [WatchList.Data, WatchList.PersistentData, WatchList.RecursiveData];
    private static readonly WatchList[] ChildLists = [WatchList.Child, WatchList.PersistentChild, WatchList.RecursiveChild];

    private readonly Dictionary<string, SortedSet<long>>[] _byPath =
        [.. Enum.GetValues<WatchList>().Select(_ => new Dictionary<string, SortedSet<long>>(StringComparer.Ordinal))];

    private readonly Dictionary<long, HashSet<(WatchList List, string Path)>> _byWatcher = [];
    private readonly SortedSet<long> _told = [];
    private readonly SortedSet<long> _toldBefore = [];

    /// <summary>How many watches are set; the halves of a persistent one count apart.</summary>
    public int Count { get; private set; }

    /// <summary>Sets a watch; one that is set already stays one.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode that is watched, whether or not it exists.</param>
    /// <param name="kind">What it waits for.</param>
    public void Add(long watcher, string path, WatchKind kind)
    {
        switch (kind)
        {
            case WatchKind.Data:
                Add(watcher, path, WatchList.Data);
                break;
            case WatchKind.Child:
                Add(watcher, path, WatchList.Child);
                break;
            case WatchKind.Persistent:
                Add(watcher, path, WatchList.PersistentData);
                Add(watcher, path, WatchList.PersistentChild);
                break;
            default:
                Add(watcher, path, WatchList.RecursiveData);
                Add(watcher, path, WatchList.RecursiveChild);
                break;
        }
    }

    /// <summary>Whether a watch is set, or half of a persistent one.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode.</param>
    /// <param name="type">Which watches are meant.</param>
    public bool Contains(long watcher, string path, WatcherType type) =>
        ListsOf(type).Any(list => _byPath[(int)list].TryGetValue(path, out var watchers) && watchers.Contains(watcher));

    /// <summary>Removes watches, and the halves of persistent ones that the type means.</summary>
    /// <param name="watcher">Who watches.</param>
    /// <param name="path">The znode.</param>
    /// <param name="type">Which watches are meant.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(long watcher, string path, WatcherType type)
    {
        var found = false;
        foreach (var list in ListsOf(type))
        {
            found |= Remove(watcher, path, list);
        }

        return found;
    }

    /// <summary>Removes every watch of a watcher.</summary>
    /// <param name="watcher">Who watched.</param>
    public void RemoveAll(long watcher)
    {
        if (_byWatcher.TryGetValue(watcher, out var watches))
        {
            foreach (var (list, path) in watches.ToArray())
            {
                Remove(watcher, path, list);
            }
        }
    }

    /// <summary>How many paths are watched, and by how many watchers.</summary>
    public (int Paths, int Watchers) Spread() => (_byPath.SelectMany(table => table.Keys).Distinct(StringComparer.Ordinal).Count(), _byWatcher.Count);

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
        Collect(change.Path, WatchList.Data, fire: true);
        Collect(change.Path, WatchList.PersistentData, fire: false);
        CollectAbove(change.Path, WatchList.RecursiveData);

        Tell(change, notifications);
        if (change.Type == WatchedEventType.NodeDataChanged)
        {
            return;
        }

        if (change.Type == WatchedEventType.NodeDeleted)
        {
            Collect(change.Path, WatchList.Child, fire: true);
            Collect(change.Path, WatchList.PersistentChild, fire: false);
            CollectAbove(change.Path, WatchList.RecursiveChild);
            _told.ExceptWith(_toldBefore);
            Tell(change, notifications);
        }

        var parent = ZnodePath.Parent(change.Path);
        Collect(parent, WatchList.Child, fire: true);
        Collect(parent, WatchList.PersistentChild, fire: false);
        Tell(new WatchedEvent(WatchedEventType.NodeChildrenChanged, parent), notifications);
    }

    private static IEnumerable<WatchList> ListsOf(WatcherType type) => type switch
    {
        WatcherType.Children => ChildLists,
        WatcherType.Data => DataLists,
        _ => DataLists.Concat(ChildLists),
    };

    private void Add(long watcher, string path, WatchList list)
    {
        var table = _byPath[(int)list];
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

        watches.Add((list, path));
        Count++;
    }

    private bool Remove(long watcher, string path, WatchList list)
    {
        var table = _byPath[(int)list];
        if (!table.TryGetValue(path, out var watchers) || !watchers.Remove(watcher))
        {
            return false;
        }

        if (watchers.Count == 0)
        {
            table.Remove(path);
        }

        var watches = _byWatcher[watcher];
        watches.Remove((list, path));
        if (watches.Count == 0)
        {
            _byWatcher.Remove(watcher);
        }

        Count--;
        return true;
    }

    private void CollectAbove(string path, WatchList list)
    {
        for (var above = path; ; above = ZnodePath.Parent(above))
        {
            Collect(above, list, fire: false);
            if (above == ZnodePath.Root)
            {
                return;
            }
        }
    }

    private void Collect(string path, WatchList list, bool fire)
    {
        if (!_byPath[(int)list].TryGetValue(path, out var watchers))
        {
            return;
        }

        _told.UnionWith(watchers);
        if (fire)
        {
            foreach (var watcher in watchers.ToArray())
            {
                Remove(watcher, path, list);
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
