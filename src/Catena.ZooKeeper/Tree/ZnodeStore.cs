namespace Catena.ZooKeeper.Tree;

/// <summary>The znodes and sessions of a tree, with the means to take back everything since the last <see cref="Keep" />.</summary>
/// <remarks>Not thread-safe. It keeps the index of ephemeral znodes by session in step, and knows no rule of the protocol.</remarks>
internal sealed class ZnodeStore
{
    private readonly Dictionary<string, Znode> _nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ZnodeSession> _sessions = [];
    private readonly Dictionary<long, SortedSet<string>> _ephemerals = [];
    private readonly SortedSet<string> _containers = new(StringComparer.Ordinal);
    private readonly Stack<(string Path, Znode? Before)> _undo = new();

    /// <summary>How many znodes there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>How many of them go with a session.</summary>
    public int EphemeralCount => _ephemerals.Values.Sum(paths => paths.Count);

    /// <summary>How many characters and bytes paths and data have.</summary>
    public long DataSize => _nodes.Sum(pair => (long)pair.Key.Length + pair.Value.Data.Length);

    /// <summary>The sessions, by ascending id.</summary>
    public IReadOnlyCollection<ZnodeSession> Sessions => _sessions.Values;

    /// <summary>The paths of all containers.</summary>
    public IReadOnlyCollection<string> Containers => _containers;

    /// <summary>The znode at a path, or null.</summary>
    /// <param name="path">The path.</param>
    public Znode? Find(string path) => _nodes.GetValueOrDefault(path);

    /// <summary>Puts a znode at a path, or takes the one there away.</summary>
    /// <param name="path">The path.</param>
    /// <param name="node">The znode from now on; null for none.</param>
    public void Put(string path, Znode? node)
    {
        _undo.Push((path, Find(path)));
        Replace(path, node);
    }

    /// <summary>Makes everything since the last call permanent.</summary>
    public void Keep() => _undo.Clear();

    /// <summary>Takes back every <see cref="Put" /> since the last <see cref="Keep" />.</summary>
    public void RollBack()
    {
        while (_undo.TryPop(out var change))
        {
            Replace(change.Path, change.Before);
        }
    }

    /// <summary>The session of an id, or null.</summary>
    /// <param name="id">The id.</param>
    public ZnodeSession? FindSession(long id) => _sessions.GetValueOrDefault(id);

    /// <summary>Adds a session; not undone by <see cref="RollBack" />.</summary>
    /// <param name="session">The session; its id is new.</param>
    public void AddSession(ZnodeSession session) => _sessions.Add(session.Id, session);

    /// <summary>Removes a session; not undone by <see cref="RollBack" />.</summary>
    /// <param name="id">The session's id.</param>
    public void RemoveSession(long id) => _sessions.Remove(id);

    /// <summary>The paths of a session's ephemeral znodes, in order, as a copy.</summary>
    /// <param name="id">The session's id.</param>
    public string[] EphemeralsOf(long id) => _ephemerals.TryGetValue(id, out var paths) ? [.. paths] : [];

    /// <summary>Another store with the same content.</summary>
    public ZnodeStore Clone()
    {
        var clone = new ZnodeStore();
        foreach (var (path, node) in _nodes)
        {
            clone.Replace(path, node);
        }

        foreach (var session in Sessions)
        {
            clone.AddSession(session);
        }

        return clone;
    }

    private void Replace(string path, Znode? node)
    {
        if (_nodes.TryGetValue(path, out var before))
        {
            Unlist(path, before);
        }

        if (node is null)
        {
            _nodes.Remove(path);
            return;
        }

        _nodes[path] = node;
        if (node.EphemeralOwner == Znode.ContainerOwner)
        {
            _containers.Add(path);
        }
        else if (node.IsEphemeral)
        {
            if (!_ephemerals.TryGetValue(node.EphemeralOwner, out var paths))
            {
                _ephemerals.Add(node.EphemeralOwner, paths = new SortedSet<string>(StringComparer.Ordinal));
            }

            paths.Add(path);
        }
    }

    private void Unlist(string path, Znode node)
    {
        if (node.EphemeralOwner == Znode.ContainerOwner)
        {
            _containers.Remove(path);
        }
        else if (node.IsEphemeral && _ephemerals.TryGetValue(node.EphemeralOwner, out var paths) && paths.Remove(path) && paths.Count == 0)
        {
            _ephemerals.Remove(node.EphemeralOwner);
        }
    }
}
