using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Answers requests that change nothing but watches.</summary>
/// <param name="tree">What is read.</param>
internal sealed class ReadHandler(ZnodeTree tree)
{
    /// <summary>Answers a request.</summary>
    /// <param name="link">Who asks; it has a session.</param>
    /// <param name="header">The request's header.</param>
    /// <param name="body">Stands behind the header.</param>
    public void Handle(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        switch (header.Type)
        {
            case OpCode.MultiRead:
                MultiRead(link, header, ref body);
                break;
            case OpCode.GetEphemerals:
                Ephemerals(link, header, ref body);
                break;
            case OpCode.WhoAmI:
                WhoAmI(link, header);
                break;
            default:
                Read(link, header, ref body);
                break;
        }
    }

    private void Read(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var path = body.ReadString();
        var mayWatch = header.Type is OpCode.Exists or OpCode.GetData or OpCode.GetChildren or OpCode.GetChildren2;
        var watcher = mayWatch && body.ReadBool() ? link.Id : ZnodeTree.NoWatcher;
        if (!body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        // The body comes behind a header that says how the read went, so the header is filled in afterwards.
        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        if (Read(link, header.Type, path, watcher) is var error && error != ErrorCode.Ok)
        {
            link.Staged.Truncate(start);
            start = link.BeginReply(header.Xid, tree.LastZxid, error);
        }

        link.EndReply(start);
    }

    private ErrorCode Read(ServerLink link, OpCode type, string path, long watcher)
    {
        var staged = link.Staged;
        var error = type switch
        {
            OpCode.Exists or OpCode.Sync => ErrorCode.Ok,
            OpCode.GetAcl => tree.Permits(path, Permissions.Read | Permissions.Admin, link.Identities),
            _ => tree.Permits(path, Permissions.Read, link.Identities),
        };
        if (error != ErrorCode.Ok)
        {
            return error;
        }

        Stat stat = default;
        switch (type)
        {
            case OpCode.Exists:
                error = tree.Exists(path, out stat, watcher);
                break;
            case OpCode.GetData:
                error = tree.GetData(path, out var data, out stat, watcher);
                staged.Buffer(data.Span);
                break;
            case OpCode.GetChildren or OpCode.GetChildren2:
                error = tree.GetChildren(path, out var names, out stat, watcher);
                staged.Strings(names);
                break;
            case OpCode.GetAcl:
                error = tree.Exists(path, out stat);
                Acl.WriteList(staged, AclFor(link, path));
                break;
            case OpCode.GetAllChildrenNumber:
                error = tree.CountBelow(path, out var count);
                staged.Int(count);
                break;
            default:
                staged.String(path);
                break;
        }

        if (type is not (OpCode.GetChildren or OpCode.Sync or OpCode.GetAllChildrenNumber))
        {
            stat.Write(staged);
        }

        return error;
    }

    private IReadOnlyList<Acl> AclFor(ServerLink link, string path)
    {
        var acl = tree.AclOf(path);
        return AccessControl.Allows(acl, Permissions.Admin, link.Identities) ? acl : AccessControl.Masked(acl);
    }

    private void MultiRead(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var ops = new List<(ReadOp Op, bool Watch)>();
        if (!MultiReadCodec.TryReadRequest(ref body, ops) || !body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        foreach (var (op, watch) in ops)
        {
            MultiReadCodec.WriteResult(link.Staged, op, ReadOne(link, op, watch ? link.Id : ZnodeTree.NoWatcher));
        }

        MultiReadCodec.WriteEnd(link.Staged);
        link.EndReply(start);
    }

    private ReadResult ReadOne(ServerLink link, ReadOp op, long watcher)
    {
        var error = tree.Permits(op.Path, Permissions.Read, link.Identities);
        if (error != ErrorCode.Ok)
        {
            return new ReadResult(error);
        }

        if (op is GetDataOp)
        {
            error = tree.GetData(op.Path, out var data, out var stat, watcher);
            return new ReadResult(error) { Data = data, Stat = stat };
        }

        error = tree.GetChildren(op.Path, out var names, out _, watcher);
        return new ReadResult(error) { Names = [.. names] };
    }

    private void Ephemerals(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        var prefix = body.ReadString();
        if (!body.IsValid)
        {
            link.Reply(header.Xid, tree.LastZxid, ErrorCode.MarshallingError);
            return;
        }

        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        link.Staged.Strings([.. tree.EphemeralsOf(link.SessionId).Where(path => path.StartsWith(prefix, StringComparison.Ordinal))]);
        link.EndReply(start);
    }

    private void WhoAmI(ServerLink link, RequestHeader header)
    {
        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        link.Staged.Int(link.Identities.Count);
        foreach (var identity in link.Identities)
        {
            link.Staged.String(identity.Scheme);
            link.Staged.String(AccessControl.UserOf(identity));
        }

        link.EndReply(start);
    }
}
