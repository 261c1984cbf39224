using Catena.Core.Primitives;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Coordination;

/// <summary>A ZooKeeper in miniature: linearizable writes, reads that may be stale, and every nuisance that ZooKeeper allows its clients.</summary>
/// <remarks>
/// <para>
/// One leader orders the writes; each server applies them after a lag of its own. A session reads from the server it is connected to, so
/// it may read what is no longer so, but never goes back, and sees its own writes (ZooKeeper's documented consistency guarantees).
/// </para>
/// <para>
/// Nuisances: a connection lost before a request arrives, or between a write's effect and its reply; sessions that end while their owner is
/// paused or cut off, of which the owner hears late; subtree watches that miss what happens while they are disconnected; a tree that is wiped or restored.
/// </para>
/// </remarks>
public sealed class SimulatedCoordinator
{
    private readonly World _world;
    private readonly CoordinatorProfile _profile;
    private readonly Prng _random;
    private readonly CoordinatorLeader _leader = new();
    private readonly List<CoordinatorServer> _servers = [];
    private readonly List<SimulatedSession> _sessions = [];
    private readonly SortedSet<NodeId> _cut = [];
    private ulong _lastSession;
    private ulong _generation;

    /// <summary>A coordinator with an empty tree.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="profile">How troublesome it is.</param>
    public SimulatedCoordinator(World world, CoordinatorProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _world = world;
        _profile = profile;
        _random = world.Random("coordinator");
        for (var number = 0; number < profile.Servers; number++)
        {
            _servers.Add(new CoordinatorServer(number));
        }
    }

    /// <summary>Whether it answers anybody; while it does not, sessions neither work nor end.</summary>
    public bool Available { get; private set; } = true;

    /// <summary>The probabilities of trouble apply; off once faults are to stop.</summary>
    public bool Troublesome { get; set; } = true;

    /// <summary>A broken part for tests of the checkers: expected versions are not looked at.</summary>
    public bool IgnoresVersions
    {
        get => _leader.IgnoresVersions;
        set => _leader.IgnoresVersions = value;
    }

    /// <summary>The newest tree, for checkers and for backups.</summary>
    public IReadOnlyDictionary<string, Znode> Tree => _leader.Tree.Znodes;

    /// <summary>Opens a session for the process that runs on a node now.</summary>
    public SimulatedSession Connect(SimulatedNode node, ISessionOwner owner)
    {
        var session = new SimulatedSession(this, ++_lastSession, node, owner) { LastHeard = _world.Now };
        _sessions.Add(session);
        Tick(session);
        return session;
    }

    /// <summary>Cuts a node off.</summary>
    public void Cut(NodeId node) => _cut.Add(node);

    /// <summary>Ends <see cref="Cut" />: what was held back arrives, where the connection has lasted.</summary>
    public void Mend(NodeId node)
    {
        if (!_cut.Remove(node))
        {
            return;
        }

        foreach (var session in _sessions.Where(session => session.Node.Id == node))
        {
            _world.Schedule(0, "coordinator.mended", session.Id, () => Release(session));
        }
    }

    /// <summary>Ends every <see cref="Cut" />.</summary>
    public void MendAll()
    {
        foreach (var node in _cut.ToList())
        {
            Mend(node);
        }
    }

    /// <summary>Stops answering, or begins again; sessions then have their whole time again, as after a new leader's election.</summary>
    public void SetAvailable(bool available)
    {
        Trace(available ? "is back" : "is away");
        Available = available;
        foreach (var session in _sessions.ToList())
        {
            session.LastHeard = _world.Now;
            if (!available)
            {
                Drop(session);
            }
        }
    }

    /// <summary>Loses a node's connections; its sessions go on.</summary>
    public void Disconnect(NodeId node)
    {
        foreach (var session in _sessions.Where(session => session.Node.Id == node).ToList())
        {
            Drop(session);
        }
    }

    /// <summary>Ends a node's sessions, of which it hears when it next reaches a server.</summary>
    public void Expire(NodeId node)
    {
        foreach (var session in _sessions.Where(session => session.Node.Id == node && !session.Over).ToList())
        {
            End(session);
        }
    }

    /// <summary>Replaces the tree by an empty one, as if the coordinator's disks had been lost; every session is over.</summary>
    public void Wipe() => Replace(new CoordinatorTree());

    /// <summary>Takes a backup, for <see cref="Restore" />.</summary>
    public object Backup() => _leader.Tree.Clone();

    /// <summary>What a backup holds.</summary>
    public static IReadOnlyDictionary<string, Znode> Contents(object backup) => ((CoordinatorTree)backup).Znodes;

    /// <summary>Writes as somebody with a session of their own, and no trouble with it.</summary>
    public void WriteAsOperator(CoordinatorRequest request)
    {
        var transaction = _leader.Decide(request, session: 0);
        _world.Timeline?.Mark(NodeId.None, _world.Now, $"{request} of the operator");
        Trace($"{request} of the operator: {transaction.Reply.Error}");
        if (transaction.Reply.Error != CoordinatorError.Ok)
        {
            throw new InvalidOperationException($"the operator was answered {transaction.Reply.Error}: {request}");
        }

        Broadcast(transaction);
    }

    /// <summary>Replaces the tree by an older one; every session is over, and what was ephemeral then goes once its session has timed out.</summary>
    /// <param name="backup">What <see cref="Backup" /> gave.</param>
    public void Restore(object backup) => Replace(((CoordinatorTree)backup).Clone());

    internal void Carry(SimulatedSession session, CoordinatorRequest request)
    {
        if (session.Server is null)
        {
            // The connection is lost, and the owner is about to hear of it: that fails the request.
            return;
        }

        if (Troublesome && _random.Chance(_profile.LostRequests))
        {
            Drop(session);
            return;
        }

        OnConnection(session, Delay(), "coordinator.request", () => Process(session, request));
    }

    internal void Close(SimulatedSession session)
    {
        if (session.State == SessionState.Connected)
        {
            OnConnection(session, Delay(), "coordinator.close", () => End(session));
        }

        Forget(session);
        session.State = SessionState.Expired;
        session.FailAll(CoordinatorError.SessionExpired);
    }

    private void Process(SimulatedSession session, CoordinatorRequest request)
    {
        session.LastHeard = _world.Now;
        if (session.Over)
        {
            Drop(session);
            return;
        }

        if (!request.IsWrite)
        {
            Reply(session, CoordinatorReads.Answer(session, request));
            return;
        }

        // A server takes the write to the leader, whatever becomes of the connection, and answers once it has applied it itself.
        var server = session.Server!;
        var connection = session.Connection;
        _world.Schedule(_random.Between(0, _profile.MaxDelay), "coordinator.decide", session.Id, () =>
        {
            if (!session.Over && Available)
            {
                Decide(session, request, server, connection);
            }
        });
    }

    private void Decide(SimulatedSession session, CoordinatorRequest request, CoordinatorServer server, ulong connection)
    {
        var transaction = _leader.Decide(request, session.Id);
        Trace($"{request} of session {session.Id}: {transaction.Reply.Error}");
        if (request is not CoordinatorRequest.Sync)
        {
            _world.Timeline?.Mark(NodeId.None, _world.Now, $"{request} of node {session.Node.Id.Value}: {transaction.Reply.Error}");
        }

        Broadcast(transaction);
        if (Troublesome && _random.Chance(_profile.LostReplies))
        {
            Drop(session);
        }

        server.WhenApplied(transaction.Zxid, () =>
        {
            if (connection == session.Connection)
            {
                Reply(session, transaction.Reply);
            }
        });
    }

    private void Reply(SimulatedSession session, CoordinatorReply reply)
    {
        var zxid = session.Server!.Zxid;
        ToOwner(session, "coordinator.reply", () =>
        {
            session.SeenZxid = Math.Max(session.SeenZxid, zxid);
            session.Answer(reply);
        });
    }

    private void Broadcast(CoordinatorTransaction transaction)
    {
        var generation = _generation;
        foreach (var server in _servers)
        {
            var at = Math.Max(server.LastArrival, _world.Now + _random.Between(0, _profile.MaxLag));
            server.LastArrival = at;
            _world.Schedule(at - _world.Now, "coordinator.apply", (ulong)server.Number, () =>
            {
                if (generation == _generation)
                {
                    server.Apply(transaction);
                    FireWatches(server, transaction);
                    server.RunWaiting();
                }
            });
        }
    }

    private void FireWatches(CoordinatorServer server, CoordinatorTransaction transaction)
    {
        foreach (var session in _sessions.Where(session => session.Server == server).ToList())
        {
            foreach (var (kind, path) in transaction.Changes.SelectMany(session.Watches.Fire))
            {
                Tell(session, kind, path);
            }
        }
    }

    private void Tell(SimulatedSession session, WatchEventKind kind, string path)
    {
        var zxid = session.Server!.Zxid;
        ToOwner(session, "coordinator.watch", () =>
        {
            session.SeenZxid = Math.Max(session.SeenZxid, zxid);
            Trace($"tells node {session.Node.Id.Value}: {path} {kind}");
            session.Owner.Watched(kind, path);
        });
    }

    /// <summary>Keeps the session alive, connects it, ends it: what client and servers do by the clock.</summary>
    private void Tick(SimulatedSession session)
    {
        if (session.Over && (session.State == SessionState.Expired || session.Node.Incarnation != session.Incarnation))
        {
            Forget(session);
            return;
        }

        var reachable = Available && session.OwnerRuns && session.State != SessionState.Expired && !_cut.Contains(session.Node.Id);
        var silent = _world.Now - session.LastHeard;
        if (reachable && session.Server is null)
        {
            Reconnect(session);
        }
        else if (reachable && !session.Over)
        {
            session.LastHeard = _world.Now;
        }
        else if (session.OwnerRuns && session.Server is not null && silent > _profile.SessionTimeout * 2 / 3)
        {
            Drop(session);
        }

        if (Available && !session.Over && _world.Now - session.LastHeard > _profile.SessionTimeout)
        {
            End(session);
        }

        _world.Schedule(_profile.SessionTimeout / 6, "coordinator.tick", session.Id, () => Tick(session));
    }

    private void Reconnect(SimulatedSession session)
    {
        var server = _servers[_random.Next(_servers.Count)];
        if (session.Over)
        {
            session.Node.After(Delay(), "coordinator.expired", () => BecomeExpired(session));
        }
        else if (server.Zxid >= session.SeenZxid)
        {
            session.Server = server;
            session.LastHeard = _world.Now;
            ToOwner(session, "coordinator.connected", () => ChangeState(session, SessionState.Connected));
            foreach (var (kind, path) in session.Watches.CatchUp(server.Tree, session.SeenZxid))
            {
                Tell(session, kind, path);
            }
        }
    }

    private void Drop(SimulatedSession session)
    {
        if (session.Server is null)
        {
            return;
        }

        Trace($"session {session.Id} of node {session.Node.Id.Value} loses its connection");
        session.Server = null;
        session.Connection++;
        session.LastArrival = 0;
        session.Held.Clear();
        if (session.Node.Incarnation == session.Incarnation)
        {
            session.Node.After(0, "coordinator.lost", () =>
            {
                if (session.State == SessionState.Connected)
                {
                    ChangeState(session, SessionState.Disconnected);
                    session.FailAll(CoordinatorError.ConnectionLost);
                }
            });
        }
    }

    private void End(SimulatedSession session)
    {
        Trace($"session {session.Id} of node {session.Node.Id.Value} is over");
        session.Over = true;
        Broadcast(_leader.CloseSession(session.Id));
        Drop(session);
    }

    private void Replace(CoordinatorTree tree)
    {
        Trace($"has another tree, of {tree.Znodes.Count} znodes");
        _world.Timeline?.Mark(NodeId.None, _world.Now, $"another tree, of {tree.Znodes.Count} znodes");
        _generation++;
        _leader.Replace(tree);
        foreach (var server in _servers)
        {
            server.Tree = tree.Clone();
        }

        foreach (var session in _sessions.Where(session => !session.Over).ToList())
        {
            session.Over = true;
            Drop(session);
        }

        var generation = _generation;
        foreach (var owner in tree.Znodes.Values.Select(znode => znode.Owner).Where(owner => owner != 0).Distinct().ToList())
        {
            _world.Schedule(_profile.SessionTimeout, "coordinator.timeout", owner, () =>
            {
                if (generation == _generation)
                {
                    Broadcast(_leader.CloseSession(owner));
                }
            });
        }
    }

    private void BecomeExpired(SimulatedSession session)
    {
        if (session.State != SessionState.Expired)
        {
            ChangeState(session, SessionState.Expired);
            session.FailAll(CoordinatorError.SessionExpired);
            Forget(session);
        }
    }

    private static void ChangeState(SimulatedSession session, SessionState state)
    {
        session.State = state;
        session.Owner.StateChanged(state);
    }

    private void Forget(SimulatedSession session) => _sessions.Remove(session);

    private void ToOwner(SimulatedSession session, string kind, Action action)
    {
        // In order: nothing overtakes on one connection. A paused owner's events wait; a dead one's are dropped.
        var at = Math.Max(session.LastArrival, _world.Now + Delay());
        session.LastArrival = at;
        var connection = session.Connection;
        session.Node.After(at - _world.Now, kind, () =>
        {
            if (connection == session.Connection && session.Node.Incarnation == session.Incarnation)
            {
                Pass(session, action);
            }
        });
    }

    private void OnConnection(SimulatedSession session, long delay, string kind, Action action)
    {
        var connection = session.Connection;
        _world.Schedule(delay, kind, session.Id, () =>
        {
            if (connection == session.Connection)
            {
                Pass(session, action);
            }
        });
    }

    private void Pass(SimulatedSession session, Action action)
    {
        if (_cut.Contains(session.Node.Id) || session.Held.Count > 0)
        {
            session.Held.Enqueue(action);
        }
        else
        {
            action();
        }
    }

    private void Release(SimulatedSession session)
    {
        if (_cut.Contains(session.Node.Id) || session.Node.Incarnation != session.Incarnation || !session.Held.TryDequeue(out var action))
        {
            return;
        }

        // A paused owner gets it later still, and the connection may be gone by then.
        var connection = session.Connection;
        session.Node.Run("coordinator.late", () =>
        {
            if (connection == session.Connection)
            {
                action();
            }
        });
        _world.Schedule(0, "coordinator.mended", session.Id, () => Release(session));
    }

    private long Delay() => _random.Between(_profile.MinDelay, _profile.MaxDelay);

    private void Trace(string what)
    {
        if (_world.Tracing)
        {
            _world.Trace($"coordinator {what}");
        }
    }
}
