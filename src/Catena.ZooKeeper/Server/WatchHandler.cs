using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Answers requests that set, restore, remove and look for watches.</summary>
/// <param name="tree">Holds the watches.</param>
internal sealed class WatchHandler(ZnodeTree tree)
{
    private readonly List<WatchNotification> _notifications = [];

    /// <summary>Answers a request.</summary>
    /// <param name="link">Who asks; it has a session.</param>
    /// <param name="header">The request's header.</param>
    /// <param name="body">Stands behind the header.</param>
    public void Handle(ServerLink link, RequestHeader header, ref JuteReader body)
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
            return ErrorCode.MarshallingError;
        }

        tree.Watches.Add(link.Id, path, mode == AddWatchMode.Persistent ? WatchKind.Persistent : WatchKind.PersistentRecursive);
        return ErrorCode.Ok;
    }

    private ErrorCode RemoveOrCheck(ServerLink link, string path, WatcherType type, bool remove)
    {
        if (!Enum.IsDefined(type))
        {
            return ErrorCode.MarshallingError;
        }

        var found = remove ? tree.Watches.Remove(link.Id, path, type) : tree.Watches.Contains(link.Id, path, type);
        return found ? ErrorCode.Ok : ErrorCode.NoWatcher;
    }
}
