using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Client;

/// <summary>The callbacks of a client's watches: which ones an event is for, and which watches a new connection must set again.</summary>
/// <remarks>
/// Thread-safe. Paths here are the server's, with the chroot. An ordinary watch goes with its first event. The rules are those of
/// Apache's <c>ZKWatchManager</c>: a watch on existence is kept apart from one on data only because it is set again differently after a
/// reconnect.
/// </remarks>
internal sealed class WatchRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Action<WatchedEvent>>> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Action<WatchedEvent>>> _exist = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Action<WatchedEvent>>> _child = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Action<WatchedEvent>>> _persistent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Action<WatchedEvent>>> _recursive = new(StringComparer.Ordinal);

    /// <summary>Adds a watch on data, children or more.</summary>
    /// <param name="kind">What it waits for.</param>
    /// <param name="path">The znode.</param>
    /// <param name="callback">Who hears of it.</param>
    public void Add(WatchKind kind, string path, Action<WatchedEvent> callback)
    {
        lock (_gate)
        {
            Add(Table(kind), path, callback);
        }
    }

    /// <summary>Adds a watch that waits for a znode to be created.</summary>
    /// <param name="path">The znode.</param>
    /// <param name="callback">Who hears of it.</param>
    public void AddExist(string path, Action<WatchedEvent> callback)
    {
        lock (_gate)
        {
            Add(_exist, path, callback);
        }
    }

    /// <summary>Forgets the watches of a path.</summary>
    /// <param name="path">The znode.</param>
    /// <param name="type">Which ones.</param>
    public void Remove(string path, WatcherType type)
    {
        lock (_gate)
        {
            if (type is WatcherType.Data or WatcherType.Any)
            {
                _data.Remove(path);
                _exist.Remove(path);
            }

            if (type is WatcherType.Children or WatcherType.Any)
            {
                _child.Remove(path);
            }

            if (type == WatcherType.Any)
            {
                _persistent.Remove(path);
                _recursive.Remove(path);
            }
        }
    }

    /// <summary>The callbacks that an event is for; ordinary watches among them are used up.</summary>
    /// <param name="happened">The event, with the server's path.</param>
    public List<Action<WatchedEvent>> Take(WatchedEvent happened)
    {
        var callbacks = new List<Action<WatchedEvent>>();
        lock (_gate)
        {
            var path = happened.Path;
            if (happened.Type == WatchedEventType.NodeChildrenChanged)
            {
                Use(_child);
            }
            else
            {
                Use(_data);
                Use(_exist);
                if (happened.Type == WatchedEventType.NodeDeleted)
                {
                    Use(_child);
                }

                for (var above = path; ; above = ZnodePath.Parent(above))
                {
                    callbacks.AddRange(_recursive.GetValueOrDefault(above, []));
                    if (above == ZnodePath.Root || !above.StartsWith('/'))
                    {
                        break;
                    }
                }
            }

            callbacks.AddRange(_persistent.GetValueOrDefault(path, []));
            return callbacks;

            void Use(Dictionary<string, List<Action<WatchedEvent>>> table)
            {
                if (table.Remove(path, out var used))
                {
                    callbacks.AddRange(used);
                }
            }
        }
    }

    /// <summary>What must be set again on a new connection, in portions that fit into a request each.</summary>
    /// <param name="relativeZxid">The newest transaction that the client knows of.</param>
    /// <param name="portionBytes">About how many bytes of paths a portion holds.</param>
    public List<SetWatches> Restore(long relativeZxid, int portionBytes)
    {
        var portions = new List<SetWatches>();
        lock (_gate)
        {
            SetWatches? portion = null;
            var bytes = 0;
            Take(_data, wanted => wanted.Data);
            Take(_exist, wanted => wanted.Exist);
            Take(_child, wanted => wanted.Child);
            Take(_persistent, wanted => wanted.Persistent);
            Take(_recursive, wanted => wanted.PersistentRecursive);
            return portions;

            void Take(Dictionary<string, List<Action<WatchedEvent>>> table, Func<SetWatches, List<string>> list)
            {
                foreach (var path in table.Keys)
                {
                    if (portion is null || bytes > portionBytes)
                    {
                        portions.Add(portion = new SetWatches(relativeZxid, [], [], [], [], []));
                        bytes = 0;
                    }

                    list(portion).Add(path);
                    bytes += sizeof(int) + System.Text.Encoding.UTF8.GetByteCount(path);
                }
            }
        }
    }

    private Dictionary<string, List<Action<WatchedEvent>>> Table(WatchKind kind) => kind switch
    {
        WatchKind.Data => _data,
        WatchKind.Child => _child,
        WatchKind.Persistent => _persistent,
        _ => _recursive,
    };

    private static void Add(Dictionary<string, List<Action<WatchedEvent>>> table, string path, Action<WatchedEvent> callback)
    {
        if (!table.TryGetValue(path, out var callbacks))
        {
            table.Add(path, callbacks = []);
        }

        callbacks.Add(callback);
    }
}
