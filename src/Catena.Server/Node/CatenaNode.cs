using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Catena.Core.Control;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Backups;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Coordination.Control;
using Catena.Server.Coordination.Documents;
using Catena.Server.Http;
using Catena.Server.Metrics;
using Catena.Server.Peers;
using Catena.Server.Platform;
using Catena.Server.PubSub;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Catena.Server.Transactions;
using Catena.Storage;
using Catena.Storage.Devices;
using Microsoft.Extensions.Logging;
using ClusterView = Catena.Server.Cluster.ClusterView;

namespace Catena.Server.Node;

/// <summary>One node of a cluster with its sockets and threads: what <c>catena node</c> runs.</summary>
/// <remarks>
/// Parts start from the disk outwards (journal, core, peers, coordinator, listeners) and stop the other way round; only the HTTP port, which
/// tells how the node is, opens first and closes last. Whatever breaks
/// an invariant ends the node (<see cref="Failed" />): the process is expected to exit, and recovery to sort out what stands.
/// </remarks>
public sealed partial class CatenaNode : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ControllerInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>What a restart replays in no time, so that no checkpoints are worth making for it when the node stops.</summary>
    private const long LeftToReplay = 8 << 20;

    private readonly NodeOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly NodeWorld _world;
    private readonly FileSystemDevice _device;
    private readonly NodeStorage _storage;
    private ClusterCoordinator? _coordinator;
    private ControllerLoop? _controller;
    private NodeReadiness? _readiness;
    private NodeListeners? _listeners;
    private HttpEndpoint? _http;
    private StorageKeeper? _keeper;
    private BackupEndpoints? _backups;
    private BulkEndpoints? _bulks;
    private long _lastRequests;
    private bool _isStopped;

    private CatenaNode(NodeOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _world = new NodeWorld(logger);
        Directory.CreateDirectory(options.DataDirectory);
        var started = Stopwatch.GetTimestamp();
        _device = new FileSystemDevice(options.DataDirectory) { SyncsAppends = options.Durability == Durability.Always };
        _storage = NodeStorage.Open(_device, StorageOptionsFor(options, _device.TotalBytes));
        NodeLog.Recovered(
            logger, _storage.Partitions.Count(), options.DataDirectory, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (_storage.NodeRecordDoubtful)
        {
            NodeLog.RecordDoubtful(logger, NodeOptions.LongestPromise.TotalSeconds);
        }
    }

    /// <summary>Completes when the node cannot go on; the process must end then.</summary>
    public Task Failed => _failed.Task;

    /// <summary>This node's identity.</summary>
    public NodeId Id => _storage.Identity!.Value.Node;

    private NodeCore Core => _world.Core;

    /// <summary>Recovers a node, joins it to its cluster and begins to serve.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Gives up; what was started is stopped again.</param>
    /// <exception cref="CoordinationRefusedException">The data belongs to another cluster than the coordinator's.</exception>
    /// <exception cref="AnnouncementException">An announcement makes no sense on this node.</exception>
    /// <exception cref="IOException">An address cannot be bound, or the data directory is in use or cannot be read.</exception>
    public static async Task<CatenaNode> StartAsync(NodeOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        AnnouncementRules.Check(options);
        var node = new CatenaNode(options, loggers.CreateLogger($"catena.{options.Name}"));
        try
        {
            await node.RunUpAsync(loggers, cancellation).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops in order: answers what is under way, gives leases back, marks the journal as closed.</summary>
    /// <param name="deadline">When it is cancelled, what is still under way is cut off.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        NodeLog.Stopping(_logger, _options.Name);
        if (_readiness is not null)
        {
            _readiness.IsStopping = true;
        }

        // First nobody is sent here any more, then those who came are answered.
        await WithdrawAsync(deadline).ConfigureAwait(false);
        await Task.WhenAll(_listeners?.StopAsync(deadline) ?? Task.CompletedTask, _search?.StopAsync(deadline) ?? Task.CompletedTask).ConfigureAwait(false);
        if (_controller is not null)
        {
            await _controller.DisposeAsync().ConfigureAwait(false);
        }

        Core?.Leave();
        await _stopping.CancelAsync().ConfigureAwait(false);
        _world.Ticker?.Dispose();
        if (_world.Transport is { } transport)
        {
            _world.Journal?.SyncOnThread();
            await transport.CloseAsync(ClosePatience).ConfigureAwait(false);
        }

        if (_coordinator is not null)
        {
            await _coordinator.DisposeAsync().ConfigureAwait(false);
        }

        if (_http is not null)
        {
            await _http.StopAsync(deadline).ConfigureAwait(false);
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        _keeper?.Dispose();
        _world.Journal?.Dispose();
        if (!_failed.Task.IsCompleted)
        {
            if (Core is not null && !deadline.IsCancellationRequested)
            {
                _storage.Checkpoint(Core, LeftToReplay);
            }

            _storage.Close();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        if (_listeners is not null)
        {
            await _listeners.DisposeAsync().ConfigureAwait(false);
        }

        if (_search is not null)
        {
            await _search.DisposeAsync().ConfigureAwait(false);
        }

        _backups?.Dispose();
        _bulks?.Dispose();
        _storage.Dispose();
        _device.Dispose();
        _stopping.Dispose();
    }

    private async Task RunUpAsync(ILoggerFactory loggers, CancellationToken cancellation)
    {
        var endpoints = await AnnouncementRules.ResolveAsync(_options, cancellation).ConfigureAwait(false);
        var self = _storage.Identity?.Node ?? new NodeId(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1);
        var coordinator = new ClusterCoordinator(CoordinatorOptionsFor(self), _logger);
        _coordinator = coordinator;
        _readiness = new NodeReadiness(coordinator, self);
        NodeMetrics.Register(_metrics, coordinator);
        var metadata = new NodeMetadata(_storage, coordinator, _options.Cluster, self, LocalNodeOf(incarnation: 0));

        // First of all: a node that waits for ZooKeeper, or for its tree to be rebuilt, can be asked what it waits for and what it knows.
        await StartHttpAsync(metadata, loggers, cancellation).ConfigureAwait(false);
        var cluster = await coordinator.OpenAsync(cancellation).ConfigureAwait(false);
        if (_storage.Identity is null)
        {
            _storage.Initialize(new NodeIdentity(cluster.Id, self));
        }

        StartCore(cluster, self);
        (_readiness.Core, metadata.Core) = (Core, Core);
        StartPeers(cluster.Id, self);
        coordinator.Changed += TakeView;
        await coordinator.RegisterAsync(LocalNodeOf(Core.Incarnation), cancellation).ConfigureAwait(false);
        TakeView(coordinator.Current);
        _controller = new ControllerLoop(coordinator, Ask, ControllerInterval, _logger);
        _listeners = new NodeListeners(
            _options, _world, coordinator, () => StatusDocument.Of(coordinator.Current, _world.ReportReplicas(), _announcer?.Report() ?? []), () => _storage.MemoryUse.Total, _metrics, _logger);
        _listeners.Start();
        await StartSearchAsync(coordinator, loggers, cancellation).ConfigureAwait(false);
        _readiness.IsListening = true;
        StartAnnouncing(coordinator, endpoints);
        NodeLog.Up(_logger, _options.Name, self.ToString(), Core.Incarnation, cluster.Id);
    }

    private static NodeStorageOptions StorageOptionsFor(NodeOptions options, long diskBytes) => new()
    {
        SegmentBytes = options.SegmentBytes == 0 ? (int)Math.Clamp(diskBytes / 32, 1 << 20, 16 << 20) : options.SegmentBytes,
        MemoryBytes = options.MemoryBytes,
        CachedJournalBytes = (int)Math.Min(options.MemoryBytes / 16, 32 << 20),
        RetainedLogBytes = options.RetainedLogBytes,
        CheckpointJournalBytes = options.CheckpointBytes,
        CompactBelow = options.CompactBelow / 100.0,
    };

    private CoordinatorOptions CoordinatorOptionsFor(NodeId self) => new()
    {
        ConnectString = _options.ZooKeeper,
        Self = self,
        Cluster = _options.Cluster,
        StoredClusterId = _storage.Identity?.Cluster,
        SessionTimeout = _options.SessionTimeout,
        NewCluster = new ClusterSettings
        {
            Partitions = _options.Partitions,
            Replicas = _options.Replicas,
            MinInSync = _options.MinInSync == 0 ? (_options.Replicas / 2) + 1 : _options.MinInSync,
            Mode = _options.Mode,
            ExpectedNodes = _options.ExpectedNodes == 0 ? _options.Replicas : _options.ExpectedNodes,
        },
        Fatal = Fail,
    };

    private async Task StartHttpAsync(NodeMetadata metadata, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (_options.HttpPort != 0)
        {
            _backups = new BackupEndpoints(() => _world.Core, _coordinator!);
            _bulks = new BulkEndpoints(() => _world.Router);
            _http = new HttpEndpoint(
                new IPEndPoint(_options.Bind, _options.HttpPort),
                _coordinator!,
                _readiness!,
                _world.ReportReplicas,
                () => _world.Core?.Hosts.Select(host => host.Summarise()) ?? [],
                () => _announcer?.Report() ?? [],
                metadata.Tell,
                _metrics,
                loggers.CreateLogger("catena.http"),
                _backups,
                _bulks,
                new PartitionEndpoints(() => _world.Core),
                new TransactionEndpoints(() => _world.Core, () => _world.Transactions),
                new TableEndpoints(() => _world.Transactions, () => _world.Tables));
            await _http.StartAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void StartCore(ClusterInfo info, NodeId self)
    {
        var cluster = info.Settings;
        var beaconInterval = MonotonicClock.Nanoseconds(_options.BeaconInterval);
        var lease = MonotonicClock.Nanoseconds(_options.Lease);
        var map = new PartitionMap(cluster.Partitions);
        var settings = new NodeCoreSettings
        {
            Self = self,
            ClusterSettings = DocumentCodec.Encode(info.Document),
            Partitions = map,
            MinInSync = cluster.MinInSync,
            Lease = lease,
            Promise = lease + MonotonicClock.Nanoseconds(_options.PromiseMargin),
            BeaconInterval = beaconInterval,
            Detection = FailureDetectorSettings.Default with
            {
                BeaconIntervalNanos = beaconInterval,
                MinSilenceNanos = Math.Max(1_000_000_000, 10 * beaconInterval),
                TickIntervalNanos = MonotonicClock.Nanoseconds(TickInterval),
            },
            TickInterval = MonotonicClock.Nanoseconds(TickInterval),
            IdleBeaconInterval = Math.Min(lease / 2, MonotonicClock.Nanoseconds(NodeOptions.IdleBeaconInterval)),
            MaxValueBytes = _options.MaxValueBytes,
            CompareInterval = MonotonicClock.Nanoseconds(_options.CompareInterval),
            Patience = MonotonicClock.Nanoseconds(_options.CommandTimeout),
            Transactions = new TransactionOptions { MaxValueBytes = _options.MaxValueBytes, TimeLimit = MonotonicClock.Nanoseconds(_options.CommandTimeout) },
            SyncsEveryWrite = _options.Durability == Durability.Always,
        };
        _world.Directory = new PartitionDirectory(map.Partitions);
        _world.Core = new NodeCore(settings, _storage, _world);
        _world.Router = new CommandRouter(Core, map, _world.Directory, _world, self, _options.CommandTimeout, Fail);
        var transactions = new WorkPump(Fail);
        _world.Transactions = new TransactionService(
            _world.Router, map, settings.Transactions, self, Core.Incarnation, () => _world.Now, () => _world.WallMilliseconds, transactions.Signal);
        transactions.Work = _world.Transactions.Work;
        var tables = new WorkPump(Fail);
        _world.Tables = new TableCatalogue(_world.Transactions, map, tables.Signal);
        tables.Work = _world.Tables.Work;
        _world.PubSub = new PubSubBus(_world, Core.Incarnation, _options.Listeners, _metrics, () => MonotonicClock.Now);
        _world.Journal = new JournalWriter(_storage, _options, Core.Flushed, Fail);
        _world.Ticker = new Ticker(Tick, Fail);
        _world.Proposer = new Proposer(_coordinator!, Core, Fail, _stopping.Token).Propose;
        var scrub = new ScrubPace(_storage.Scrubber, Core, _options.ScrubRate, _options.ScrubRest);
        _keeper = new StorageKeeper(_storage, Core, _options.MaintenanceRate, scrub, _world.Journal.Attend, Fail);
        NodeMetrics.Register(_metrics, _world.Transactions, Core);
        NodeMetrics.Register(_metrics, _world.Tables);
        NodeMetrics.Register(_metrics, Core, _storage, _world.Router, _world.Journal, _options.MemoryBytes);
    }

    private void StartPeers(Guid clusterId, NodeId self)
    {
        var options = new PeerTransportOptions
        {
            ClusterId = clusterId,
            Self = self,
            Incarnation = Core.Incarnation,
            Bind = _options.Bind,
            Port = _options.PeerPort,
            MaxBulkPayload = Math.Max(80 << 20, 2 * _options.MaxValueBytes),
            MaxBulkQueue = Math.Max(96 << 20, 2 * _options.MaxValueBytes),
            Fatal = Fail,
        };
        var transport = new PeerTransport(options, _world, _logger);
        transport.PeerConnected += (peer, _) => Core.Connected(peer);
        transport.PeerDisconnected += peer =>
        {
            Core.Disconnected(peer);
            _world.Router.PeerLost(peer);
            _world.PubSub.PeerLost(peer);
        };
        transport.PeerUnreachable += (peer, isRefused) =>
        {
            if (isRefused)
            {
                Core.Refused(peer);
            }
        };
        _world.Transport = transport;
        transport.Start();
        _world.Journal!.SyncOn(transport.Replication, Core.JournalGrew);
        _world.Journal.Start();
        _world.Ticker!.Start();
        _keeper!.Start();
    }

    private LocalNode LocalNodeOf(ulong incarnation) => new(
        _options.Name,
        incarnation,
        _options.AdvertisedHost ?? _options.Bind.ToString(),
        _options.PeerPort,
        _options.RedisPort,
        _options.ThriftPort,
        _options.HttpPort,
        TablePort: _options.TablePort,
        TextPort: _options.TextPort,
        LeadWeight: _options.LeadWeight);

    /// <summary>Takes over what the coordinator shows: who the peers are, and the partitions' configurations.</summary>
    private void TakeView(ClusterView view)
    {
        _world.Transport.UpdatePeers([.. view.Nodes.Select(node => new PeerAddress(node.Id, node.Host, node.PeerPort))]);
        Core.SetPeers(view.Nodes.Select(node => node.Id));
        for (var index = 0; index < view.Partitions.Length; index++)
        {
            if (view.Partitions[index] is { } configuration)
            {
                var partition = new PartitionId((ushort)index);
                _world.Directory.Learn(partition, configuration);
                Core.Reconfigure(partition, configuration);
            }
        }
    }

    /// <summary>Brings what the controller asks for to the node that has to do it, which may be this one.</summary>
    private void Ask(NodeId to, ControllerAsk ask)
    {
        if (to == Id)
        {
            _world.Obey(ask);
        }
        else
        {
            _world.Transport.TrySend(to, PeerLane.Control, PeerFrameKind.ControllerAsk, ask, ControllerAsk.Write);
        }
    }

    private TimeSpan Tick()
    {
        if (HasTraffic())
        {
            Core.Stir();
        }

        Core.Tick();
        _world.Router.Tick();
        _world.Transactions.Tick();
        _world.PubSub.Tick();
        if (_storage.IsExhausted)
        {
            // Nothing can be appended, so nothing else would make the writer look for space.
            _world.Journal!.LookForSpace();
        }

        return TimeSpan.FromMicroseconds((Core.NextTick - MonotonicClock.Now) / 1000.0);
    }

    /// <summary>Whether clients have asked for anything since the last tick, or anything of what they asked for is under way.</summary>
    private bool HasTraffic()
    {
        var requests = _listeners?.Requests ?? 0;
        var hasTraffic = requests != _lastRequests || _world.Transactions.Running > 0 || _world.Router.Waiting > 0;
        _lastRequests = requests;
        return hasTraffic;
    }

    private void Fail(Exception reason)
    {
        if (_failed.TrySetResult())
        {
            NodeLog.Fatal(_logger, reason, _options.Name);
        }
    }
}
