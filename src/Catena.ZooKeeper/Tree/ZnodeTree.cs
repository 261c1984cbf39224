using System.Globalization;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>A ZooKeeper server's tree, sessions and watches as a deterministic state machine.</summary>
/// <remarks>
/// <para>
/// There is no I/O, clock, thread or random source in it: time, session ids and passwords come in as data, and the same transactions in
/// the same order give the same tree, results and events everywhere. The embedded server puts a log before it and sockets around it; a
/// simulator can use it as it is, and keep <see cref="Clone">copies</see> to restore or to read stale.
/// </para>
/// <para>
/// A transaction that succeeds gets the next zxid; one that fails changes nothing and gets none. Watches belong to watchers, which are
/// numbers that the host chooses (a server: one a connection), and are no part of the state that transactions build. Events come out of
/// <see cref="Apply" /> in the order in which Apache ZooKeeper 3.8 sends them; a host delivers them before it answers the request.
/// </para>
/// <para>
/// Access control lists are enforced where an <see cref="Update" /> says who asks, and for reads where the host asks
/// <see cref="Permits" />. They are stored as they come: a host checks them first, and hands in an empty one for one that is not valid.
/// Times to live are refused, as Apache refuses them unless they are switched on. Not thread-safe.
/// </para>
/// </remarks>
public sealed class ZnodeTree
{
    /// <summary>The watcher that stands for "set no watch".</summary>
    public const long NoWatcher = 0;

    private const string ConfigPath = "/zookeeper/config";
    private static readonly string[] SpecialPaths = [ZnodePath.Root, "/zookeeper", "/zookeeper/quota", ConfigPath];
    private static readonly IReadOnlyList<Acl> ReadOnlyAcl = [new((int)Permissions.Read, "world", "anyone")];

    private readonly ZnodeStore _store;
    private readonly List<WatchedEvent> _changes = [];

    /// <summary>An empty tree: the root and what ZooKeeper keeps under <c>/zookeeper</c>.</summary>
    public ZnodeTree()
        : this(new ZnodeStore(), 0)
    {
        foreach (var path in SpecialPaths)
        {
            var children = SpecialPaths.Where(other => other != path && ZnodePath.Parent(other) == path).Select(ZnodePath.Name);
            var node = new Znode { Children = Znode.NoChildren.Union(children) };
            _store.Put(path, path == ConfigPath ? node with { Acl = ReadOnlyAcl, Aversion = -1 } : node);
        }

        _store.Keep();
    }

    /// <summary>A tree over a store that was filled from elsewhere.</summary>
    /// <param name="store">The znodes and sessions.</param>
    /// <param name="lastZxid">The last transaction in it.</param>
    internal ZnodeTree(ZnodeStore store, long lastZxid)
    {
        _store = store;
        LastZxid = lastZxid;
    }

    /// <summary>The number of the last transaction that succeeded; 0 for none.</summary>
    public long LastZxid { get; private set; }

    /// <summary>How many znodes there are, those under <c>/zookeeper</c> included.</summary>
    public int NodeCount => _store.Count;

    /// <summary>How many znodes go with a session.</summary>
    public int EphemeralCount => _store.EphemeralCount;

    /// <summary>About how many bytes paths and data have; counts them all.</summary>
    public long DataSize => _store.DataSize;

    /// <summary>The watches that are set.</summary>
    public WatchTable Watches { get; } = new();

    /// <summary>The sessions, by ascending id.</summary>
    public IReadOnlyCollection<ZnodeSession> Sessions => _store.Sessions;

    /// <summary>Carries out a transaction, all of it or nothing.</summary>
    /// <param name="transaction">What is to happen.</param>
    /// <param name="timeMilliseconds">The time it happens at, in milliseconds since 1970; it ends up in stats only.</param>
    /// <param name="notifications">Takes the events of the watches that fired.</param>
    /// <returns>Ok and a result for each update, or why nothing happened.</returns>
    public TransactionResult Apply(Transaction transaction, long timeMilliseconds, ICollection<WatchNotification> notifications)
    {
        var zxid = LastZxid + 1;
        _changes.Clear();
        var result = transaction switch
        {
            OpenSession open => Open(open),
            CloseSession close => Close(close, zxid),
            Update update => Run(update, zxid, timeMilliseconds),
            _ => throw new ArgumentException($"{transaction.GetType().Name} is not a transaction that the tree knows", nameof(transaction)),
        };
        if (result.Error != ErrorCode.Ok)
        {
            _store.RollBack();
            return result;
        }

        _store.Keep();
        LastZxid = zxid;
        foreach (var change in _changes)
        {
            Watches.Trigger(change, notifications);
        }

        return result;
    }

    /// <summary>Reads a znode's stat.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="stat">The stat, where there is such a znode.</param>
    /// <param name="watcher">Who is to hear of its next creation, change or deletion; the watch is set whether or not it exists.</param>
    /// <returns>Ok or NoNode.</returns>
    public ErrorCode Exists(string path, out Stat stat, long watcher = NoWatcher)
    {
        if (watcher != NoWatcher)
        {
            Watches.Add(watcher, path, WatchKind.Data);
        }

        return Look(path, out _, out stat);
    }

    /// <summary>Reads a znode's data and stat.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="data">The data, where there is such a znode.</param>
    /// <param name="stat">The stat, where there is such a znode.</param>
    /// <param name="watcher">Who is to hear of its next change or deletion; no watch is set where there is no znode.</param>
    /// <returns>Ok or NoNode.</returns>
    public ErrorCode GetData(string path, out ReadOnlyMemory<byte> data, out Stat stat, long watcher = NoWatcher)
    {
        var error = Look(path, out var node, out stat);
        data = node?.Data ?? default;
        if (error == ErrorCode.Ok && watcher != NoWatcher)
        {
            Watches.Add(watcher, path, WatchKind.Data);
        }

        return error;
    }

    /// <summary>Reads the names of a znode's children, sorted, and its stat.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="names">The names, where there is such a znode.</param>
    /// <param name="stat">The stat, where there is such a znode.</param>
    /// <param name="watcher">Who is to hear of its next child, lost child or deletion; no watch is set where there is no znode.</param>
    /// <returns>Ok or NoNode.</returns>
    public ErrorCode GetChildren(string path, out IReadOnlyCollection<string> names, out Stat stat, long watcher = NoWatcher)
    {
        var error = Look(path, out var node, out stat);
        names = node?.Children ?? Znode.NoChildren;
        if (error == ErrorCode.Ok && watcher != NoWatcher)
        {
            Watches.Add(watcher, path, WatchKind.Child);
        }

        return error;
    }

    /// <summary>Whether someone may read or administer a znode.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="wanted">What is wanted; one of several is enough.</param>
    /// <param name="identities">Under which names whoever wants it acts.</param>
    /// <returns>Ok, NoNode or NoAuth.</returns>
    public ErrorCode Permits(string path, Permissions wanted, IReadOnlyCollection<Identity> identities) =>
        _store.Find(path) is not { } node ? ErrorCode.NoNode
            : AccessControl.Allows(node.Acl, wanted, identities) ? ErrorCode.Ok : ErrorCode.NoAuth;

    /// <summary>A znode's access control list; an empty one where there is no such znode.</summary>
    /// <param name="path">Its path.</param>
    public IReadOnlyList<Acl> AclOf(string path) => _store.Find(path)?.Acl ?? [];

    /// <summary>How many znodes there are below another, on all levels.</summary>
    /// <param name="path">The other's path.</param>
    /// <param name="count">How many, where there is such a znode.</param>
    /// <returns>Ok or NoNode.</returns>
    public ErrorCode CountBelow(string path, out int count)
    {
        count = -1;
        if (_store.Find(path) is null)
        {
            return ErrorCode.NoNode;
        }

        var rest = new Stack<string>([path]);
        while (rest.TryPop(out var next))
        {
            count++;
            foreach (var child in _store.Find(next)!.Children)
            {
                rest.Push(ZnodePath.Child(next, child));
            }
        }

        return ErrorCode.Ok;
    }

    /// <summary>The session of an id, or null where there is none (any more).</summary>
    /// <param name="sessionId">The id.</param>
    public ZnodeSession? FindSession(long sessionId) => _store.FindSession(sessionId);

    /// <summary>The paths of a session's ephemeral znodes, sorted.</summary>
    /// <param name="sessionId">The session's id.</param>
    public IReadOnlyList<string> EphemeralsOf(long sessionId) => _store.EphemeralsOf(sessionId);

    /// <summary>The paths of containers that have had children and have none: what the host may delete.</summary>
    public IReadOnlyList<string> EmptyContainers() =>
        [.. _store.Containers.Where(path => _store.Find(path) is { Creates: > 0, Children.Count: 0 })];

    /// <summary>An independent tree with the same znodes, sessions and last zxid, and without watches.</summary>
    public ZnodeTree Clone() => new(_store.Clone(), LastZxid);

    /// <summary>The znode at a path, or null.</summary>
    /// <param name="path">The path.</param>
    internal Znode? Find(string path) => _store.Find(path);

    private ErrorCode Look(string path, out Znode? node, out Stat stat)
    {
        node = _store.Find(path);
        stat = node?.ToStat() ?? default;
        return node is null ? ErrorCode.NoNode : ErrorCode.Ok;
    }

    private TransactionResult Open(OpenSession open)
    {
        if (open.SessionId == 0 || _store.FindSession(open.SessionId) is not null)
        {
            return Refusal(ErrorCode.BadArguments);
        }

        _store.AddSession(new ZnodeSession(open.SessionId, open.TimeoutMilliseconds, open.Password));
        return new TransactionResult(ErrorCode.Ok, []);
    }

    private TransactionResult Close(CloseSession close, long zxid)
    {
        if (_store.FindSession(close.SessionId) is null)
        {
            return Refusal(ErrorCode.SessionExpired);
        }

        foreach (var path in _store.EphemeralsOf(close.SessionId))
        {
            Unlink(path, zxid);
        }

        _store.RemoveSession(close.SessionId);
        return new TransactionResult(ErrorCode.Ok, []);
    }

    private TransactionResult Run(Update update, long zxid, long time)
    {
        if (update.SessionId != 0 && _store.FindSession(update.SessionId) is null)
        {
            return Refusal(ErrorCode.SessionExpired);
        }

        var results = new OpResult[update.Ops.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var result = Run(update.Ops[i], update, zxid, time);
            results[i] = result;
            if (result.Error != ErrorCode.Ok)
            {
                Array.Fill(results, new OpResult(ErrorCode.Ok), 0, i);
                Array.Fill(results, new OpResult(ErrorCode.RuntimeInconsistency), i + 1, results.Length - i - 1);
                return new TransactionResult(result.Error, results);
            }
        }

        return new TransactionResult(ErrorCode.Ok, results);
    }

    private OpResult Run(Op op, Update update, long zxid, long time) => op switch
    {
        CreateOp create => Create(create, update, zxid, time),
        DeleteOp delete => Delete(delete, update, zxid),
        DeleteContainerOp delete => DeleteContainer(delete, zxid),
        SetDataOp set => SetData(set, update, zxid, time),
        CheckOp check => Check(check, update),
        SetAclOp set => SetAcl(set, update),
        _ => new OpResult(ErrorCode.Unimplemented),
    };

    private OpResult Create(CreateOp op, Update update, long zxid, long time)
    {
        var sessionId = update.SessionId;
        if (op.Mode is < CreateMode.Persistent or > CreateMode.PersistentSequentialWithTtl
            || !op.Path.Contains('/', StringComparison.Ordinal))
        {
            return new OpResult(ErrorCode.BadArguments);
        }

        if (op.Mode.HasTtl())
        {
            return new OpResult(ErrorCode.Unimplemented);
        }

        if (op.Acl.Count == 0)
        {
            return new OpResult(ErrorCode.InvalidAcl);
        }

        var parentPath = ZnodePath.Parent(op.Path);
        if (_store.Find(parentPath) is not { } parent)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (!AccessControl.Allows(parent.Acl, Permissions.Create, update.Identities))
        {
            return new OpResult(ErrorCode.NoAuth);
        }

        var path = op.Mode.IsSequential() ? op.Path + parent.Creates.ToString("D10", CultureInfo.InvariantCulture) : op.Path;
        if (ZnodePath.Fault(path) is not null)
        {
            return new OpResult(ErrorCode.BadArguments);
        }

        if (_store.Find(path) is not null)
        {
            return new OpResult(ErrorCode.NodeExists);
        }

        if (parent.IsEphemeral)
        {
            return new OpResult(ErrorCode.NoChildrenForEphemerals);
        }

        if (op.Mode.IsEphemeral() && sessionId == 0)
        {
            return new OpResult(ErrorCode.BadArguments);
        }

        var owner = op.Mode.IsEphemeral() ? sessionId : op.Mode == CreateMode.Container ? Znode.ContainerOwner : 0;
        var node = new Znode
        {
            Data = op.Data,
            Czxid = zxid,
            Mzxid = zxid,
            Pzxid = zxid,
            Ctime = time,
            Mtime = time,
            EphemeralOwner = owner,
            Acl = op.Acl,
        };
        _store.Put(path, node);
        _store.Put(parentPath, parent with
        {
            Children = parent.Children.Add(ZnodePath.Name(path)),
            Creates = unchecked(parent.Creates + 1),
            Pzxid = zxid,
        });
        _changes.Add(new WatchedEvent(WatchedEventType.NodeCreated, path));
        return new OpResult(ErrorCode.Ok, path, node.ToStat());
    }

    private OpResult Delete(DeleteOp op, Update update, long zxid)
    {
        if (Array.IndexOf(SpecialPaths, op.Path) >= 0 || !op.Path.Contains('/', StringComparison.Ordinal))
        {
            return new OpResult(ErrorCode.BadArguments);
        }

        if (_store.Find(ZnodePath.Parent(op.Path)) is { } parent && !AccessControl.Allows(parent.Acl, Permissions.Delete, update.Identities))
        {
            return new OpResult(ErrorCode.NoAuth);
        }

        if (_store.Find(op.Path) is not { } node)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (op.Version != -1 && op.Version != node.Version)
        {
            return new OpResult(ErrorCode.BadVersion);
        }

        if (!node.Children.IsEmpty)
        {
            return new OpResult(ErrorCode.NotEmpty);
        }

        Unlink(op.Path, zxid);
        return new OpResult(ErrorCode.Ok);
    }

    private OpResult DeleteContainer(DeleteContainerOp op, long zxid)
    {
        if (_store.Find(op.Path) is not { } node)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (node.EphemeralOwner != Znode.ContainerOwner)
        {
            return new OpResult(ErrorCode.BadVersion);
        }

        if (!node.Children.IsEmpty)
        {
            return new OpResult(ErrorCode.NotEmpty);
        }

        Unlink(op.Path, zxid);
        return new OpResult(ErrorCode.Ok);
    }

    private OpResult SetData(SetDataOp op, Update update, long zxid, long time)
    {
        if (_store.Find(op.Path) is not { } node)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (!AccessControl.Allows(node.Acl, Permissions.Write, update.Identities))
        {
            return new OpResult(ErrorCode.NoAuth);
        }

        if (op.Version != -1 && op.Version != node.Version)
        {
            return new OpResult(ErrorCode.BadVersion);
        }

        var changed = node with { Data = op.Data, Version = unchecked(node.Version + 1), Mzxid = zxid, Mtime = time };
        _store.Put(op.Path, changed);
        _changes.Add(new WatchedEvent(WatchedEventType.NodeDataChanged, op.Path));
        return new OpResult(ErrorCode.Ok, null, changed.ToStat());
    }

    private OpResult Check(CheckOp op, Update update)
    {
        if (_store.Find(op.Path) is not { } node)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (!AccessControl.Allows(node.Acl, Permissions.Read, update.Identities))
        {
            return new OpResult(ErrorCode.NoAuth);
        }

        return new OpResult(op.Version == -1 || op.Version == node.Version ? ErrorCode.Ok : ErrorCode.BadVersion);
    }

    private OpResult SetAcl(SetAclOp op, Update update)
    {
        if (op.Acl.Count == 0)
        {
            return new OpResult(ErrorCode.InvalidAcl);
        }

        if (_store.Find(op.Path) is not { } node)
        {
            return new OpResult(ErrorCode.NoNode);
        }

        if (!AccessControl.Allows(node.Acl, Permissions.Admin, update.Identities))
        {
            return new OpResult(ErrorCode.NoAuth);
        }

        if (op.Version != -1 && op.Version != node.Aversion)
        {
            return new OpResult(ErrorCode.BadVersion);
        }

        var changed = node with { Acl = op.Acl, Aversion = unchecked(node.Aversion + 1) };
        _store.Put(op.Path, changed);
        return new OpResult(ErrorCode.Ok, null, changed.ToStat());
    }

    private void Unlink(string path, long zxid)
    {
        var parentPath = ZnodePath.Parent(path);
        var parent = _store.Find(parentPath) ?? throw new InvalidOperationException($"{path} has no parent");
        _store.Put(path, null);
        _store.Put(parentPath, parent with { Children = parent.Children.Remove(ZnodePath.Name(path)), Pzxid = zxid });
        _changes.Add(new WatchedEvent(WatchedEventType.NodeDeleted, path));
    }

    private static TransactionResult Refusal(ErrorCode error) => new(error, []);
}
