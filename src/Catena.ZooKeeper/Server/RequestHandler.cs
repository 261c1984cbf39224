using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Answers the requests of a session, one by one, into the connection's staged bytes.</summary>
/// <param name="tree">What is read.</param>
/// <param name="runner">Carries out updates.</param>
internal sealed class RequestHandler(ZnodeTree tree, TransactionRunner runner)
{
    private readonly List<WatchNotification> _notifications = [];

    /// <summary>Answers a request.</summary>
    /// <param name="link">Who asks; it has a session.</param>
    /// <param name="header">The request's header.</param>
    /// <param name="body">Stands behind the header.</param>
    public void Handle(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        switch (header.Type)
        {
            case OpCode.Ping:
                link.Reply(SpecialXid.Ping, tree.LastZxid, ErrorCode.Ok);
                break;
            case OpCode.CloseSession:
                var closed = runner.Run(new CloseSession(link.SessionId));
                link.Reply(header.Xid, tree.LastZxid, closed.Error);
                if (closed.Error == ErrorCode.Ok)
                {
                    link.Close("the session was closed");
                }

                break;
            case OpCode.Auth:
                link.Reply(SpecialXid.Auth, tree.LastZxid, ErrorCode.AuthFailed);
                link.Close("credentials are not supported");
                break;
            case OpCode.Multi:
                Multi(link, header, ref body);
                break;
            case OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl or OpCode.Delete or OpCode.SetData
                or OpCode.SetAcl or OpCode.Check:
                Update(link, header, ref body);
                break;
            case OpCode.Exists or OpCode.GetData or OpCode.GetChildren or OpCode.GetChildren2 or OpCode.GetAcl or OpCode.Sync:
                Read(link, header, ref body);
                break;
            case OpCode.SetWatches or OpCode.SetWatches2 or OpCode.AddWatch or OpCode.RemoveWatches or OpCode.CheckWatches:
                Watch(link, header, ref body);
                break;
            default:
                link.Reply(header.Xid, tree.LastZxid, ErrorCode.Unimplemented);
                break;
        }
    }

    private void Update(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var op = OpCodec.Read(header.Type, ref body);
        if (op is null || !body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var outcome = runner.Run(new Update(link.SessionId, [op]));
        var start = link.BeginReply(header.Xid, tree.LastZxid, outcome.Error);
        if (outcome.Error == ErrorCode.Ok)
        {
            MultiCodec.WriteResult(link.Staged, header.Type, outcome.Results[0]);
        }

        link.EndReply(start);
    }

    private void Multi(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var ops = new List<Op>();
        var types = new List<OpCode>();
        if (!MultiCodec.TryReadRequest(ref body, ops, types) || !body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var outcome = runner.Run(new Update(link.SessionId, ops));
        if (outcome.Results.Count != ops.Count)
        {
            link.Reply(header.Xid, tree.LastZxid, outcome.Error);
            return;
        }

        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        MultiCodec.WriteResponse(link.Staged, types, outcome.Results);
        link.EndReply(start);
    }

    private void Read(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var path = body.ReadString();
        var watcher = header.Type is not (OpCode.GetAcl or OpCode.Sync) && body.ReadBool() ? link.Id : ZnodeTree.NoWatcher;
        if (!body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var error = ErrorCode.Ok;
        Stat stat = default;
        ReadOnlyMemory<byte> data = default;
        IReadOnlyCollection<string> names = [];
        switch (header.Type)
        {
            case OpCode.Exists:
                error = tree.Exists(path, out stat, watcher);
                break;
            case OpCode.GetData:
                error = tree.GetData(path, out data, out stat, watcher);
                break;
            case OpCode.GetChildren or OpCode.GetChildren2:
                error = tree.GetChildren(path, out names, out stat, watcher);
                break;
            case OpCode.GetAcl:
                error = tree.Exists(path, out stat);
                break;
            default:
                break;
        }

        var start = link.BeginReply(header.Xid, tree.LastZxid, error);
        if (error == ErrorCode.Ok)
        {
            WriteRead(link.Staged, header.Type, path, data.Span, names, stat);
        }

        link.EndReply(start);
    }

    private static void WriteRead(
        JuteWriter writer, OpCode type, string path, ReadOnlySpan<byte> data, IReadOnlyCollection<string> names, Stat stat)
    {
        switch (type)
        {
            case OpCode.GetData:
                writer.Buffer(data);
                break;
            case OpCode.GetChildren or OpCode.GetChildren2:
                writer.Strings(names);
                break;
            case OpCode.GetAcl:
                Acl.WriteList(writer, Acl.Open);
                break;
            case OpCode.Sync:
                writer.String(path);
                break;
            default:
                break;
        }

        if (type is not (OpCode.GetChildren or OpCode.Sync))
        {
            stat.Write(writer);
        }
    }

    private void Watch(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        if (header.Type is OpCode.SetWatches or OpCode.SetWatches2)
        {
            Restore(link, header, ref body);
            return;
        }

        var path = body.ReadString();
        var number = body.ReadInt();
        if (!body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var error = header.Type == OpCode.AddWatch
            ? Add(link, path, (AddWatchMode)number)
            : RemoveOrCheck(link, path, (WatcherType)number, header.Type == OpCode.RemoveWatches);
        var start = link.BeginReply(header.Xid, tree.LastZxid, error);
        if (header.Type == OpCode.AddWatch && error == ErrorCode.Ok)
        {
            link.Staged.Int((int)error);
        }

        link.EndReply(start);
    }

    private void Restore(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var wanted = SetWatches.Read(ref body, header.Type == OpCode.SetWatches2);
        if (!body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        WatchRestorer.Restore(tree, link.Id, wanted, _notifications);
        foreach (var notification in _notifications)
        {
            link.Tell(notification.Event);
        }

        _notifications.Clear();
        link.Reply(header.Xid, tree.LastZxid, ErrorCode.Ok);
    }

    private ErrorCode Add(ServerLink link, string path, AddWatchMode mode)
    {
        if (mode is not (AddWatchMode.Persistent or AddWatchMode.PersistentRecursive))
        {
            return ErrorCode.BadArguments;
        }

        tree.Watches.Add(link.Id, path, mode == AddWatchMode.Persistent ? WatchKind.Persistent : WatchKind.PersistentRecursive);
        return ErrorCode.Ok;
    }

    private ErrorCode RemoveOrCheck(ServerLink link, string path, WatcherType type, bool remove)
    {
        WatchKind[] kinds = type switch
        {
            WatcherType.Children => [WatchKind.Child],
            WatcherType.Data => [WatchKind.Data],
            WatcherType.Any => [WatchKind.Data, WatchKind.Child, WatchKind.Persistent, WatchKind.PersistentRecursive],
            _ => [],
        };
        if (kinds.Length == 0)
        {
            return ErrorCode.BadArguments;
        }

        var found = false;
        foreach (var kind in kinds)
        {
            found |= remove ? tree.Watches.Remove(link.Id, path, kind) : tree.Watches.Contains(link.Id, path, kind);
        }

        return found ? ErrorCode.Ok : ErrorCode.NoWatcher;
    }
}
