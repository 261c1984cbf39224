using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Catena.Server.Peers;
using Catena.Server.Routing;
using Catena.Simulation.Control;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Storage;
using Catena.Storage.Errors;

namespace Catena.Simulation.Cluster;

/// <summary>The process of a real node in the simulated world: its core and its storage, with events in the place of sockets and threads.</summary>
internal sealed partial class NodeProgram : INodeProgram, IDisposable
{
    /// <summary>What the wall clock shows at the world's beginning, in milliseconds.</summary>
    private const long WallOrigin = 1_700_000_000_000;

    private const long StallLimit = 500 * Duration.Millisecond;
    private const long ControlInterval = 250 * Duration.Millisecond;

    /// <summary>After so many inputs a turn is settled in its midst, as event loops do.</summary>
    private const int InputsBeforeSettling = 3;

    /// <summary>The cluster's UUID.</summary>
    internal static readonly Guid Cluster = new("7f5a2d4e-93c1-4b0e-8a67-2f1c5d9e0b38");

    private readonly SimulatedNode _node;
    private readonly ClusterSystem _system;
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly PeerConnections _peers;
    private readonly PartitionDirectory _directory;
    private readonly DurableEpochs _epochs = new();
    private readonly Queue<(NodeId From, object Message)> _turn = new();
    private NodeStorage? _storage;
    private NodeCore? _core;
    private JournalFlusher? _flusher;
    private CoordinatorDesk? _desk;
    private ControllerDesk? _controller;
    private ForwardPort? _forwards;
    private CommandRouter? _router;
    private TransactionDesk? _transactions;
    private TableDesk? _tables;
    private Exception? _failure;

    /// <summary>A process that has not started.</summary>
    internal NodeProgram(SimulatedNode node, ClusterSystem system)
    {
        _node = node;
        _system = system;
        _peers = new PeerConnections(
            node, system, peer => Enter(null, () => _core!.Connected(peer)), peer => Enter(null, () => _core!.Refused(peer)));
        _directory = new PartitionDirectory(system.Profile.Partitions);
    }

    /// <summary>The node.</summary>
    internal SimulatedNode Node => _node;

    /// <summary>Its life; 0 before it is known.</summary>
    internal ulong Incarnation => _core?.Incarnation ?? 0;

    /// <summary>Whether it takes connections: it has read its cluster's tree once.</summary>
    internal bool IsListening => _core is not null;

    /// <summary>Whether it is connected to a coordinator that holds its cluster, as far as it knows.</summary>
    internal bool IsConnected => _desk?.Session is { IsUsable: true };

    /// <summary>Whether its disk may be the one that rots.</summary>
    internal bool MayRot => _system.Profile.Rots;

    /// <summary>The partitions that it has anything of.</summary>
    internal IEnumerable<PartitionHost> Hosts => _core?.Hosts ?? [];

    /// <inheritdoc />
    public long Now => _node.Clock.Now;

    /// <inheritdoc />
    public long WallMilliseconds => WallOrigin + (_node.Clock.Wall / Duration.Millisecond);

    /// <inheritdoc />
    public bool IsDiskStalled => _flusher?.Age > StallLimit || _storage is { IsExhausted: true };

    /// <summary>The highest epoch of a partition whose record is durable here.</summary>
    internal Epoch DurableEpoch(PartitionId partition) => _epochs[partition];

    /// <inheritdoc />
    public void Start() => Enter(null, () =>
    {
        var device = new SimulatedDevice(_node.Disk);
        _storage = NodeStorage.Open(device, _system.Profile.Storage);
        if (_storage.Identity is null)
        {
            _storage.Initialize(new NodeIdentity(Cluster, _node.Id));
        }

        _flusher = new JournalFlusher(_node, device, _storage, action => Enter(null, action), () => _epochs.FlushBegins(Hosts), FlushEnded);
        _desk = new CoordinatorDesk(_node, _system.Coordinator, Cluster, TakeView);

        // Recovery has taken its time at the disk.
        _node.After(_node.Disk.TakeElapsed(), "node.recovered", _desk.OpenSession);
    });

    /// <inheritdoc />
    public void Stop() => Enter(null, () =>
    {
        if (_core is not null)
        {
            _core.Leave();
            _storage!.Checkpoint(_core, replayBytes: _system.Profile.LeftToReplay);
        }

        _storage!.Close();
    });

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (_system.Profile.TurnSpan == 0 || _core is null)
        {
            Take(from, message);
            return;
        }

        _turn.Enqueue((from, message));
        if (_turn.Count == 1)
        {
            _node.After(_system.Profile.TurnSpan, "node.turn", RunTurn);
        }
    }

    private void RunTurn() => Enter(null, () =>
    {
        _router!.BeginTurn();
        for (var taken = 1; _turn.TryDequeue(out var input); taken++)
        {
            Take(input.From, input.Message);
            if (taken % InputsBeforeSettling == 0)
            {
                _router.SettleTurn();
                ThrowFailure();
            }
        }

        _router.EndTurn();
        ThrowFailure();
    });

    private void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Take(NodeId from, object message)
    {
        switch (message)
        {
            case PeerMessage peer when _core is not null:
                Receive(from, peer);
                break;
            case ClientRequest request:
                Execute(from, request);
                break;
            case ITransactionMessage transaction:
                Execute(from, transaction);
                break;
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        if (_system.IsNode(peer) && _core is not null)
        {
            _peers.Broken(peer);
            Enter(null, () =>
            {
                _core!.Disconnected(peer);
                _router!.PeerLost(peer);
            });
            _peers.Dial(peer, Duration.Millisecond);
        }
    }

    /// <summary>Sends a result to a client.</summary>
    internal void Reply(NodeId client, PartitionId partition, long attempt, ReadOnlySpan<byte> result)
    {
        var first = _directory.Find(partition)?.First ?? NodeId.None;
        _node.Send(client, new ClientReply(attempt, result.ToArray(), first));
    }

    /// <summary>What the node knows of the configurations without the coordinator, as <see cref="NodeMetadata" /> tells it.</summary>
    internal MetadataTestimony Testify()
    {
        var known = _desk!.Tree.Knowledge().Configurations.ToImmutableDictionary();
        var own = _core is { } core
            ? core.Hosts.Select(host => (host.Id, host.Status.Configuration))
            : _storage!.Partitions.Select(store => (store.Id, ReplicaRecord.Read(store.ReplicaState.Span).Configuration));
        foreach (var (partition, configuration) in own)
        {
            if (configuration is not null && !(known.GetValueOrDefault(partition)?.Epoch >= configuration.Epoch))
            {
                known = known.SetItem(partition, configuration);
            }
        }

        return new MetadataTestimony(_node.Id, known);
    }

    /// <summary>Has a transaction that is prepared here aborted, unless it is decided: what `catena transaction abort` asks for.</summary>
    internal void Abort(PartitionId participant, PreparedTransaction prepared) => Enter(null, () => _transactions!.Service.Resolve(participant, prepared, forces: true));

    /// <summary>The store of a partition that this process holds something of.</summary>
    internal Storage.Partitions.PartitionStore StoreOf(PartitionId partition) => _storage!.Partition(partition);

    /// <summary>Frees the memory that the collector does not know of.</summary>
    public void Dispose() => _storage?.Dispose();

    /// <summary>Takes over what the coordinator shows; what it shows first lets the node begin.</summary>
    private void TakeView()
    {
        if (_core is null)
        {
            Enter(null, Begin);
        }

        Enter(null, () =>
        {
            for (var number = 0; number < _system.Profile.Partitions; number++)
            {
                var partition = new PartitionId((ushort)number);
                if (_desk!.Tree.Find(partition) is { } known)
                {
                    _directory.Learn(partition, known.Configuration);
                    _core!.Reconfigure(partition, known.Configuration);
                }
            }
        });
        _controller!.Step();
    }

    private void Begin()
    {
        var profile = _system.Profile;
        var defects = _system.Defects;
        var rules = defects.SessionIsLock ? new SessionLockRules(() => _desk!.Session is { IsComplete: true }) : defects.Rules;
        _core = new NodeCore(_system.SettingsOf(_node.Id, rules), _storage!, this);
        _core.SetPeers(_system.NodeIds);
        _forwards = new ForwardPort(
            _node, _core.Incarnation, peer => _peers.Contains(peer) ? _system.NodeOf(peer).Incarnation : 0, defects.ForwardsTwice);
        _router = new CommandRouter(
            _core, _system.Map, _directory, _forwards, _node.Id, TimeSpan.FromMicroseconds(profile.Patience / Duration.Microsecond), failure => _failure = failure);
        _transactions = new TransactionDesk(_node, _core, _router, _system, action => Enter(null, action));
        _tables = new TableDesk(_node, _transactions.Service, _system.Map, action => Enter(null, action));
        _controller = new ControllerDesk(_desk!, Ask, defects.ControllerPromotes);
        _desk!.Proposals.Found = (partition, configuration) => Enter(partition, () => _core.Reconfigure(partition, configuration));
        _desk.Proposals.NotSubmitted = (partition, epoch) => Enter(partition, () => _core.ProposalNotSubmitted(partition, epoch));
        _epochs.Begin(Hosts);
        _node.After(_node.Disk.TakeElapsed(), "node.started", () =>
        {
            foreach (var peer in _system.NodeIds.Where(peer => peer != _node.Id))
            {
                _peers.Dial(peer, Duration.Millisecond);
            }

            _desk.Register(_system.Profile, _core.Incarnation);
            Tick();
            Control();
            Maintain();
        });
    }

    /// <summary>Brings what the controller asks for to the node that has to do it, which may be this one.</summary>
    private void Ask(NodeId to, ControllerAsk ask)
    {
        if (to == _node.Id)
        {
            Obey(ask);
            return;
        }

        _scratch.ResetWrittenCount();
        ControllerAsk.Write(_scratch, ask);
        Post(to, PeerMessageKind.ControllerAsk, ask.Partition);
    }

    /// <summary>Passes the controller's wish on, where it was decided on the configuration that still stands.</summary>
    private void Obey(ControllerAsk ask)
    {
        if (_core!.FindHost(ask.Partition) is { } host && host.Status.Epoch == ask.Epoch)
        {
            Enter(ask.Partition, () =>
            {
                if (ask.Kind == ControllerAskKind.HandOver)
                {
                    host.AskHandOver(ask.Node);
                }
                else
                {
                    host.AskRemoval(ask.Node);
                }
            });
        }
    }

    private void Receive(NodeId from, PeerMessage message)
    {
        switch (message.Kind)
        {
            case PeerMessageKind.Replica:
                var decoded = MessageCodec.TryRead(message.Bytes) ?? throw new InvalidOperationException($"a message is malformed: {message}");
                Enter(message.Partition, () => _core!.Receive(from, message.Partition, decoded));
                break;
            case PeerMessageKind.Beacon:
                Enter(null, () => _core!.Receive(from, BeaconCodec.TryReadBeacon(message.Bytes)!));
                break;
            case PeerMessageKind.BeaconReply:
                Enter(null, () => _core!.Receive(from, BeaconCodec.TryReadReply(message.Bytes)!));
                break;
            case PeerMessageKind.LeaseReturn:
                Enter(null, () => _core!.Receive(from, BeaconCodec.TryReadReturn(message.Bytes)!));
                break;
            case PeerMessageKind.ControllerAsk:
                Obey(ControllerAsk.TryRead(message.Bytes)!.Value);
                break;
            case PeerMessageKind.ForwardRequest when _forwards!.Takes(from, message):
                Enter(null, () => _router!.ReceiveRequest(from, message.Forward!.Incarnation, message.Bytes));
                break;
            case PeerMessageKind.ForwardReply when _forwards!.Takes(from, message):
                Enter(null, () => _router!.ReceiveReply(message.Bytes));
                break;
        }
    }

    private void Execute(NodeId client, ClientRequest request)
    {
        var partition = _system.Map.Of(CommandForm.SlotOf(request.Key));
        var sink = new ReplySink(this, client, partition);
        if (!request.Id.IsRetryable && !_system.IsFirstDelivery(client, request.Attempt))
        {
            return;
        }

        _wasAsked = true;
        if (_core is null)
        {
            // Nothing listens yet: the connection is refused.
            sink.Complete(request.Attempt, ClusterClient.NotMine);
        }
        else if (!request.Id.IsRetryable)
        {
            Enter(partition, () => _router!.Gather(CommandForm.Of(request), sink, request.Attempt));
        }
        else if (_core.FindHost(partition) is { } host)
        {
            Enter(partition, () => host.Execute(CommandForm.Of(request), request.Id, sink, request.Attempt));
        }
        else
        {
            sink.Complete(request.Attempt, ClusterClient.NotMine);
        }
    }

    private void Execute(NodeId client, ITransactionMessage transaction)
    {
        if (!_system.IsFirstDelivery(client, transaction.Attempt))
        {
            return;
        }

        var sink = new ReplySink(this, client, default);
        _wasAsked = true;
        if (_transactions is null)
        {
            sink.Complete(transaction.Attempt, ClusterClient.NotMine);
        }
        else
        {
            Enter(null, () =>
            {
                if (transaction is ClientTableCall call)
                {
                    _tables!.Execute(call, sink);
                }
                else
                {
                    _transactions.Execute(transaction, sink);
                }
            });
        }
    }

    private void Post(NodeId to, PeerMessageKind kind, PartitionId partition) =>
        _node.Send(to, new PeerMessage(kind, partition, _scratch.WrittenSpan.ToArray()));

    private void Control()
    {
        _controller!.Step();
        if (_system.Profile.Rots)
        {
            Enter(null, () => _storage!.Scrubber.Step(_core!));
        }

        if (_system.DrawMode() is { } mode)
        {
            Enter(null, () => Hosts.ToList().ForEach(host => host.AskMode(mode)));
        }

        _node.SetTimer(_node.Clock.Now + ControlInterval, "node.control", Control);
    }

    /// <summary>Makes checkpoints and compacts, a piece at a time, as the thread of a real node does.</summary>
    private void Maintain()
    {
        var worked = 0L;
        Enter(null, () =>
        {
            worked = _storage!.Maintenance.Step(_core!);
            if (worked == 0)
            {
                _flusher!.Grew();
            }
        });
        var rest = worked == 0 ? _system.Profile.MaintenanceRest : _system.Profile.MaintenancePause;
        _node.After(_node.Disk.TakeElapsed() + rest, "node.maintain", Maintain);
    }

    private void FlushEnded()
    {
        _epochs.FlushEnded();
        _core!.Flushed();
    }

    /// <summary>Does something in the process; what it did is looked at afterwards.</summary>
    private void Enter(PartitionId? partition, Action action)
    {
        _system.Touch(this, partition);
        try
        {
            action();
        }
        catch (Exception failure) when (failure is StorageFailedException or StorageFullException)
        {
            // Where even the space held back is used up, what a replica must record cannot be recorded: the process ends, as after a failed sync.
            throw new ProcessExitException(failure.Message);
        }
    }
}
