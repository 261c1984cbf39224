namespace Catena.Simulation.Coordination;

/// <summary>What one session wants to be told of.</summary>
/// <remarks>
/// One-shot watches outlive a lost connection: set again at the next server, they fire for what changed meanwhile. Subtree watches miss it
/// (ZooKeeper's SetWatches2).
/// </remarks>
internal sealed class SessionWatches
{
    private readonly SortedDictionary<string, bool> _data = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _children = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _subtrees = new(StringComparer.Ordinal);

    /// <summary>Sets the watch that a read asks for.</summary>
    /// <param name="read">The read.</param>
    /// <param name="path">The znode.</param>
    /// <param name="found">Whether it exists; for one that does not, only <see cref="CoordinatorRequest.Exists" /> leaves a watch.</param>
    public void Set(CoordinatorRequest read, string path, bool found)
    {
        if (read is CoordinatorRequest.WatchSubtree)
        {
            _subtrees.Add(path);
        }
        else if (read is CoordinatorRequest.GetChildren && found)
        {
            _children.Add(path);
        }
        else if (read is CoordinatorRequest.Exists || found)
        {
            _data[path] = found;
        }
    }

    /// <summary>What is to be told of a change; one-shot watches are used up by it.</summary>
    public List<(WatchEventKind Kind, string Path)> Fire(TreeChange change)
    {
        var told = new List<(WatchEventKind Kind, string Path)>();
        if (change.Event is not { } happened)
        {
            return told;
        }

        var data = _data.Remove(change.Path);
        if (data || _subtrees.Any(root => IsBelow(change.Path, root)))
        {
            told.Add((happened, change.Path));
        }

        var parent = CoordinatorTree.ParentOf(change.Path);
        if (happened != WatchEventKind.Changed && _children.Remove(parent))
        {
            told.Add((WatchEventKind.ChildrenChanged, parent));
        }

        return told;
    }

    /// <summary>What is to be told on reconnection of changes after <paramref name="seen" />.</summary>
    public List<(WatchEventKind Kind, string Path)> CatchUp(CoordinatorTree tree, long seen)
    {
        var told = new List<(WatchEventKind Kind, string Path)>();
        foreach (var (path, existed) in _data.ToList())
        {
            var found = tree.Find(path);
            if (existed ? found is null || found.ModifiedZxid > seen : found is not null)
            {
                _data.Remove(path);
                told.Add((found is null ? WatchEventKind.Deleted : existed ? WatchEventKind.Changed : WatchEventKind.Created, path));
            }
        }

        foreach (var path in _children.ToList())
        {
            if (tree.Find(path) is not { } found || found.ChildrenZxid > seen)
            {
                _children.Remove(path);
                told.Add((WatchEventKind.ChildrenChanged, path));
            }
        }

        return told;
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || root == "/" || path[root.Length] == '/');
}
