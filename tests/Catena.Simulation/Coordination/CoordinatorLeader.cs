namespace Catena.Simulation.Coordination;

/// <summary>Decides writes one after another against the newest tree.</summary>
internal sealed class CoordinatorLeader
{
    private long _zxid;

    /// <summary>The newest tree.</summary>
    public CoordinatorTree Tree { get; private set; } = new();

    /// <summary>A broken part for tests of the checkers: expected versions are not looked at.</summary>
    public bool IgnoresVersions { get; set; }

    /// <summary>Puts another tree in the place of the present one; transaction numbers go on.</summary>
    public void Replace(CoordinatorTree tree)
    {
        Tree = tree;
        _zxid++;
    }

    /// <summary>Decides and carries out a write.</summary>
    public CoordinatorTransaction Decide(CoordinatorRequest request, ulong session)
    {
        _zxid++;
        var before = Tree;
        Tree = before.Clone();
        var changes = new List<TreeChange>();
        var reply = Decide(request, session, changes);
        if (reply.Error != CoordinatorError.Ok)
        {
            Tree = before;
            changes.Clear();
        }

        return new CoordinatorTransaction(_zxid, changes, reply);
    }

    /// <summary>Ends a session: removes what was ephemeral to it.</summary>
    public CoordinatorTransaction CloseSession(ulong session)
    {
        _zxid++;
        var changes = new List<TreeChange>();
        foreach (var path in Tree.Znodes.Where(znode => znode.Value.Owner == session).Select(znode => znode.Key).ToList())
        {
            Remove(path, changes);
        }

        return new CoordinatorTransaction(_zxid, changes, new CoordinatorReply(CoordinatorError.Ok));
    }

    private CoordinatorReply Decide(CoordinatorRequest request, ulong session, List<TreeChange> changes) => request switch
    {
        CoordinatorRequest.Create create => Create(create, session, changes),
        CoordinatorRequest.SetData set => Set(set, changes),
        CoordinatorRequest.Delete delete => Delete(delete, changes),
        CoordinatorRequest.Check check => new CoordinatorReply(Expect(check.Path, check.Version)),
        CoordinatorRequest.Multi multi => Multi(multi, session, changes),
        CoordinatorRequest.Sync => new CoordinatorReply(CoordinatorError.Ok),
        _ => throw new ArgumentException($"{request} is not a write", nameof(request)),
    };

    private CoordinatorReply Multi(CoordinatorRequest.Multi multi, ulong session, List<TreeChange> changes)
    {
        var reply = new CoordinatorReply(CoordinatorError.Ok);
        for (var part = 0; part < multi.Requests.Count; part++)
        {
            reply = Decide(multi.Requests[part], session, changes);
            if (reply.Error != CoordinatorError.Ok)
            {
                return reply with { FailedPart = part };
            }
        }

        return reply;
    }

    private CoordinatorReply Create(CoordinatorRequest.Create create, ulong session, List<TreeChange> changes)
    {
        var parentPath = CoordinatorTree.ParentOf(create.Path);
        if (Tree.Find(parentPath) is not { } parent)
        {
            return new CoordinatorReply(CoordinatorError.NoNode);
        }

        if (parent.Owner != 0)
        {
            return new CoordinatorReply(CoordinatorError.NoChildrenForEphemerals);
        }

        var path = create.Sequential ? $"{create.Path}{parent.NextSequence:D10}" : create.Path;
        if (Tree.Find(path) is not null)
        {
            return new CoordinatorReply(CoordinatorError.NodeExists);
        }

        Change(changes, path, new Znode(create.Data, 0, create.Ephemeral ? session : 0, _zxid, _zxid, _zxid, 0), WatchEventKind.Created);
        Change(changes, parentPath, parent with { ChildrenZxid = _zxid, NextSequence = parent.NextSequence + 1 }, null);
        return new CoordinatorReply(CoordinatorError.Ok) { Path = path, ModifiedZxid = _zxid };
    }

    private CoordinatorReply Set(CoordinatorRequest.SetData set, List<TreeChange> changes)
    {
        if (Expect(set.Path, set.Version) is var error and not CoordinatorError.Ok)
        {
            return new CoordinatorReply(error);
        }

        var old = Tree.Find(set.Path)!;
        var changed = old with { Data = set.Data, Version = old.Version + 1, ModifiedZxid = _zxid };
        Change(changes, set.Path, changed, WatchEventKind.Changed);
        return new CoordinatorReply(CoordinatorError.Ok) { Version = changed.Version, ModifiedZxid = _zxid };
    }

    private CoordinatorReply Delete(CoordinatorRequest.Delete delete, List<TreeChange> changes)
    {
        if (Expect(delete.Path, delete.Version) is var error and not CoordinatorError.Ok)
        {
            return new CoordinatorReply(error);
        }

        if (Tree.Children(delete.Path).Count > 0)
        {
            return new CoordinatorReply(CoordinatorError.NotEmpty);
        }

        Remove(delete.Path, changes);
        return new CoordinatorReply(CoordinatorError.Ok);
    }

    private CoordinatorError Expect(string path, int version)
    {
        if (Tree.Find(path) is not { } znode)
        {
            return CoordinatorError.NoNode;
        }

        return version == -1 || version == znode.Version || IgnoresVersions ? CoordinatorError.Ok : CoordinatorError.BadVersion;
    }

    private void Remove(string path, List<TreeChange> changes)
    {
        Change(changes, path, null, WatchEventKind.Deleted);
        var parentPath = CoordinatorTree.ParentOf(path);
        if (Tree.Find(parentPath) is { } parent)
        {
            Change(changes, parentPath, parent with { ChildrenZxid = _zxid }, null);
        }
    }

    private void Change(List<TreeChange> changes, string path, Znode? content, WatchEventKind? happened)
    {
        var change = new TreeChange(path, content, happened);
        Tree.Apply(change);
        changes.Add(change);
    }
}
