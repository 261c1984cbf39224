using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Answers the requests of a session, one by one, into the connection's staged bytes; updates itself.</summary>
/// <param name="tree">What is read.</param>
/// <param name="runner">Carries out updates.</param>
internal sealed class RequestHandler(ZnodeTree tree, TransactionRunner runner)
{
    private readonly ReadHandler _reads = new(tree);
    private readonly WatchHandler _watches = new(tree);

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
                Authenticate(link, header, ref body);
                break;
            case OpCode.Reconfig:
                link.Reply(header.Xid, tree.LastZxid, ErrorCode.ReconfigDisabled);
                break;
            case OpCode.Multi:
                Multi(link, header, ref body);
                break;
            case OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl or OpCode.Delete or OpCode.SetData
                or OpCode.SetAcl or OpCode.Check:
                Update(link, header, ref body);
                break;
            case OpCode.Exists or OpCode.GetData or OpCode.GetChildren or OpCode.GetChildren2 or OpCode.GetAcl or OpCode.Sync
                or OpCode.MultiRead or OpCode.GetEphemerals or OpCode.GetAllChildrenNumber or OpCode.WhoAmI:
                _reads.Handle(link, header, ref body);
                break;
            case OpCode.SetWatches or OpCode.SetWatches2 or OpCode.AddWatch or OpCode.RemoveWatches or OpCode.CheckWatches:
                _watches.Handle(link, header, ref body);
                break;
            default:
                link.Reply(header.Xid, tree.LastZxid, ErrorCode.Unimplemented);
                link.Close($"there is no request of type {(int)header.Type}");
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

        var outcome = runner.Run(new Update(link.SessionId, [Resolved(op, link)]) { Identities = link.Identities });
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

        var outcome = runner.Run(new Update(link.SessionId, ops.ConvertAll(op => Resolved(op, link))) { Identities = link.Identities });
        if (outcome.Results.Count != ops.Count)
        {
            link.Reply(header.Xid, tree.LastZxid, outcome.Error);
            return;
        }

        var start = link.BeginReply(header.Xid, tree.LastZxid, ErrorCode.Ok);
        MultiCodec.WriteResponse(link.Staged, types, outcome.Results);
        link.EndReply(start);
    }

    private static void Authenticate(ServerLink link, RequestHeader header, ref JuteReader body)
    {
        _ = body.ReadInt();
        var scheme = body.ReadString();
        var credentials = body.ReadBuffer();
        if (body.IsValid && AccessControl.Authenticate(scheme, credentials, link.Remote.Address) is { } identity)
        {
            link.ActAs(identity);
            link.Reply(header.Xid, 0, ErrorCode.Ok);
            return;
        }

        link.Reply(header.Xid, 0, ErrorCode.AuthFailed);
        link.Close($"there are no credentials of the scheme '{scheme}'");
    }

    private static Op Resolved(Op op, ServerLink link) => op switch
    {
        CreateOp create => create with { Acl = AccessControl.Resolve(create.Acl, link.Identities) },
        SetAclOp set => set with { Acl = AccessControl.Resolve(set.Acl, link.Identities) },
        _ => op,
    };
}
