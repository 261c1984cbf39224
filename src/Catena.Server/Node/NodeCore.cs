using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Partitions;
using Catena.Server.Platform;
using Catena.Storage;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Node;

/// <summary>One node without its sockets and threads: its partitions, its beacons, its judgement of the others.</summary>
/// <remarks>
/// <para>
/// A synchronous pump that server and simulator run unchanged: inputs are method calls, outputs go to <see cref="INodePorts" />.
/// Any thread may call. Locks are taken in one order: beacons, then one partition, then peers or the flight; ports take none of them.
/// </para>
/// <para>Somebody else flushes the journal when told that it grew, and calls <see cref="Flushed" /> afterwards.</para>
/// </remarks>
public sealed partial class NodeCore : ILeaseBook, IPartitionPorts, IPartitionLocks
{
    private readonly NodeCoreSettings _settings;
    private readonly NodeStorage _storage;
    private readonly INodePorts _ports;
    private readonly PeerWatch _watch;
    private readonly BeaconExchange _beacons;
    private readonly Lock _beaconGate = new();
    private readonly Lock _hostGate = new();
    private readonly PartitionHost?[] _hosts;
    private readonly long _promisesUntil;
    private ImmutableArray<NodeId> _peers = [];
    private volatile bool _isLeaving;

    /// <summary>Starts a node on what its storage holds; its new incarnation is durable before this returns.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="storage">The opened storage; not to be flushed by others during the call.</param>
    /// <param name="ports">The world.</param>
    public NodeCore(NodeCoreSettings settings, NodeStorage storage, INodePorts ports)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(ports);
        _settings = settings;
        _storage = storage;
        _ports = ports;
        _hosts = new PartitionHost?[settings.Partitions.Partitions];
        _watch = new PeerWatch(settings.Detection, settings.StartGrace, settings.Self, ports);
        _pace = new TickPace(settings, ports.Now);
        _lastTick = ports.Now;
        var last = NodeRecord.Read(storage.NodeRecord.Span);
        var earlierPromises = storage.NodeRecordDoubtful ? Math.Max(last.LongestPromise, MonotonicClock.Nanoseconds(NodeOptions.LongestPromise)) : last.LongestPromise;
        _promisesUntil = ports.Now + earlierPromises;
        // The wall clock keeps incarnations growing even where damage took the record of the last one.
        Incarnation = Math.Max(last.Incarnation + 1, (ulong)ports.WallMilliseconds);
        var longest = Math.Max(last.LongestPromise, settings.Promise);
        storage.SaveNodeRecord(new NodeRecord(Incarnation, longest, settings.ClusterSettings).Encode());
        storage.Flush(sync: true);
        _watch.OwnIncarnation = Incarnation;
        _beacons = new BeaconExchange(Incarnation, this);
        _flight = settings.SyncsEveryWrite ? new Flight(ports) : null;
        foreach (var store in storage.Partitions)
        {
            HostOf(store.Id);
        }
    }

    /// <summary>This node's life, one more at each start.</summary>
    public ulong Incarnation { get; }

    /// <inheritdoc />
    public long Now => _ports.Now;

    /// <inheritdoc />
    public long WallMilliseconds => _ports.WallMilliseconds;

    /// <inheritdoc />
    public long TurnNow => Turn.Of(this)?.Now ?? _ports.Now;

    /// <summary>Whom this node suspects.</summary>
    public IPeerHealth Health => _watch;

    /// <summary>The partitions that this node has anything of.</summary>
    public IEnumerable<PartitionHost> Hosts => _hosts.OfType<PartitionHost>();

    /// <summary>The host of a partition, where this node has anything of it.</summary>
    public PartitionHost? FindHost(PartitionId partition) =>
        partition.Value < _hosts.Length ? Volatile.Read(ref _hosts[partition.Value]) : null;

    /// <summary>Says who the other nodes are; those that are missing keep what is known of them.</summary>
    public void SetPeers(IEnumerable<NodeId> peers)
    {
        _peers = [.. peers.Where(peer => peer != _settings.Self).Order()];
        foreach (var peer in _peers)
        {
            _watch.Add(peer);
        }
    }

    /// <summary>Takes a partition's configuration from the coordinator.</summary>
    public void Reconfigure(PartitionId partition, Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Rouse();
        var isConcerned = configuration.HasMember(_settings.Self) || configuration.HasLearner(_settings.Self);
        var host = isConcerned ? HostOf(partition) : FindHost(partition);
        host?.Reconfigure(configuration);
    }

    /// <summary>Takes the word that a proposal cannot have reached the coordinator.</summary>
    public void ProposalNotSubmitted(PartitionId partition, Epoch epoch)
    {
        Rouse();
        FindHost(partition)?.ProposalNotSubmitted(epoch);
    }

    /// <summary>Takes a replica's message.</summary>
    public void Receive(NodeId from, PartitionId partition, ReplicaMessage message)
    {
        if (partition.Value >= _hosts.Length)
        {
            return;
        }

        if (message is not StateSums)
        {
            // Sums are compared in the idlest of clusters.
            Rouse();
        }

        if (message is AppendEntries)
        {
            Turn.Of(this)?.NoteOthersWait();
        }

        // Only a configuration makes a replica; anything else to a replica that is not there was sent to an earlier one.
        var host = message is EpochOpen ? HostOf(partition) : FindHost(partition);
        host?.Receive(from, message);
    }

    /// <summary>Takes a beacon and answers it.</summary>
    public void Receive(NodeId from, Beacon beacon)
    {
        if (_ports.IsDiskStalled || _isLeaving)
        {
            return;
        }

        lock (_beaconGate)
        {
            _ports.Send(from, _beacons.Answer(from, beacon, _watch.Heard, _ports.Now));
        }
    }

    /// <summary>Takes the answer to a beacon, and with it leases.</summary>
    public void Receive(NodeId from, BeaconReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        lock (_beaconGate)
        {
            if (_beacons.Receive(from, reply) is null)
            {
                return;
            }

            if (reply.NeedsList)
            {
                _hurry = true;
            }
        }

        _watch.BeaconAnswered(from, reply.ResponderIncarnation, reply.Heard);
        if (reply.NeedsList)
        {
            _ports.HurryBeacons();
        }
    }

    /// <summary>Takes leases back from a node that shuts down in order.</summary>
    public void Receive(NodeId from, LeaseReturn returned)
    {
        lock (_beaconGate)
        {
            if (!_beacons.Accepts(from, returned))
            {
                return;
            }
        }

        foreach (var host in Hosts)
        {
            host.LeaseReturned(from);
        }
    }

    /// <summary>A connection to a peer stands.</summary>
    public void Connected(NodeId peer) => _watch.Connected(peer);

    /// <summary>A connection to a peer broke.</summary>
    public void Disconnected(NodeId peer)
    {
        _watch.ConnectionBroken(peer);
        Rouse();
    }

    /// <summary>A peer's machine refused a connection: nothing listens there.</summary>
    public void Refused(NodeId peer)
    {
        _watch.ConnectionRefused(peer);
        Rouse();
    }

    /// <summary>The journal has been flushed: what it made stable moves on.</summary>
    public void Flushed()
    {
        BeginTurn();
        var stable = _storage.DurablePosition;
        foreach (var host in _hosts)
        {
            if (host is not null && host.HasUnstable)
            {
                host.Stable(stable);
            }
        }

        EndTurn();
    }

    /// <summary>Gives all leases back before an orderly end: no read is answered here after this, and no lease granted.</summary>
    public void Leave()
    {
        _isLeaving = true;
        foreach (var host in Hosts)
        {
            host.Retire();
        }

        lock (_beaconGate)
        {
            foreach (var peer in _peers)
            {
                _ports.Send(peer, new LeaseReturn(Incarnation, _beacons.Round));
            }
        }
    }

    IReadOnlyList<LeaseRequest> ILeaseBook.RequestsFor(NodeId grantor)
    {
        var requests = new List<LeaseRequest>();
        foreach (var host in Hosts)
        {
            if (host.WantsLeaseFrom(grantor, out var request))
            {
                requests.Add(request);
            }
        }

        return requests;
    }

    bool ILeaseBook.Grant(NodeId reader, LeaseRequest request, long now) =>
        FindHost(request.Partition)?.GrantLease(reader, request.Epoch, now) ?? false;

    void ILeaseBook.Granted(NodeId grantor, LeaseRequest request, long askedAt) =>
        FindHost(request.Partition)?.LeaseGranted(grantor, request.Epoch, askedAt);

    void IPartitionLocks.With(PartitionId partition, Action<PartitionStore> work) => HostOf(partition).Maintain(work);

    void IPartitionLocks.Damaged(PartitionId partition, StorageDamagedException damage, int copy) => HostOf(partition).MeetDamage(damage, copy);

    void IPartitionPorts.Send(in Envelope envelope) => _ports.Send(envelope);

    void IPartitionPorts.Propose(PartitionId partition, Configuration next) => _ports.Propose(partition, next);

    void IPartitionPorts.Learnt(PartitionId partition, Configuration configuration) => _ports.Learnt(partition, configuration);

    void IPartitionPorts.HurryBeacons()
    {
        _hurry = true;
        _ = _pace.Stir();
        _ports.HurryBeacons();
    }

    void IPartitionPorts.InDoubt(PartitionId participant, PreparedTransaction prepared) => _ports.InDoubt(participant, prepared);

    void IPartitionPorts.Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget) =>
        _ports.Undelivered(home, id, decision, mayForget);

    void IPartitionPorts.Report(PartitionId partition, in ReplicaEvent happened) => _ports.Report(partition, happened);

    private PartitionHost HostOf(PartitionId partition)
    {
        if (FindHost(partition) is { } known)
        {
            return known;
        }

        lock (_hostGate)
        {
            return _hosts[partition.Value] ??= CreateHost(partition);
        }
    }

    private PartitionHost CreateHost(PartitionId partition)
    {
        var store = _storage.Partition(partition);
        var replica = new ReplicaOptions
        {
            Self = _settings.Self,
            Partition = partition,
            Incarnation = Incarnation,
            MinInSync = _settings.MinInSync,
            Lease = _settings.Lease,
            Promise = _settings.Promise,
            MaxBatchBytes = _settings.MaxBatchBytes,
            SnapshotChunkBytes = _settings.SnapshotChunkBytes,
            Rules = _settings.Rules,
        };
        if (_storage.UncleanStop && !_settings.SyncsEveryWrite && !store.LostTail)
        {
            // Durable until the replica has synced with another: this life may end cleanly before that.
            store.MarkTail(lost: true);
        }

        var start = new ReplicaStart(
            ReplicaRecord.Read(store.ReplicaState.Span), _ports.Now, _promisesUntil, store.LostTail, store.GivenUp)
        {
            RecordMayBeOld = store.GivenUp,
        };
        var settings = new PartitionSettings(
            replica, _settings.Partitions.SlotsOf(partition), _settings.MaxValueBytes, _settings.MaxWaiting, _settings.Patience, _settings.CompareInterval)
        {
            Transactions = _settings.Transactions,
        };
        return new PartitionHost(settings, store, _watch, this, start);
    }
}
