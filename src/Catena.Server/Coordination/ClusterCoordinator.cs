using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Cluster;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Membership;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination;

/// <summary>This node's side of the coordinator: what the cluster looks like, and how its configurations are changed.</summary>
/// <remarks>
/// <para>
/// Everything is below <c>/catena/&lt;cluster&gt;</c>: <c>settings</c> (written once, when the cluster is created), <c>nodes/&lt;id&gt;</c> (who
/// belongs), <c>members/&lt;id&gt;</c> (ephemeral: who runs), <c>election/</c> (ephemeral sequential: the lowest is the master, the next the
/// sub-master; each says where its node is reached) and <c>partitions/&lt;id&gt;</c> (the configurations). Data is JSON.
/// </para>
/// <para>
/// Sessions come and go, each with a client of its own. Without one, the last view stays, nothing can be written, and the controller stands
/// still; replicas go on by what they know and by the leases among them. A tree that is wiped or belongs to another cluster is refused and
/// looked at again and again: by UUID when there is one, and by each partition's epoch, which never goes back here. A node that starts over a wiped tree waits.
/// </para>
/// <para>Thread-safe. <see cref="Changed" /> comes on one thread at a time, in order; handlers must not block.</para>
/// </remarks>
internal sealed class ClusterCoordinator : IClusterView, IAsyncDisposable
{
    private readonly CoordinatorOptions _options;
    private readonly ILogger _logger;
    private readonly CoordinationPaths _paths;
    private readonly ClusterTree _tree;
    private readonly ConfigurationStore _store;
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _publish = new();
    private readonly TaskCompletionSource<ClusterInfo> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CoordinatorSession? _session;
    private volatile NodeRegistrar? _registrar;
    private volatile ClusterView? _current;
    private volatile ClusterInfo? _info;
    private volatile bool _hasReadAll;
    private volatile string? _refusal;
    private Task _running = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;

    /// <summary>A coordinator that has not spoken to anyone yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="ArgumentException">The cluster's name is malformed.</exception>
    public ClusterCoordinator(CoordinatorOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = logger;
        _paths = new CoordinationPaths(options.Cluster);
        _tree = new ClusterTree(_paths, options.Cluster, options.Self, logger);
        _store = new ConfigurationStore(_tree, _paths, () => _session, () => OnTreeChanged(isComplete: false));
    }

    /// <summary>The view has changed; with the new one. Also raised, with the same view, when the connection comes or goes.</summary>
    public event Action<ClusterView>? Changed;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The coordinator has not been opened.</exception>
    public ClusterView Current => _current ?? throw new InvalidOperationException("The coordinator has not been opened.");

    /// <inheritdoc />
    public bool IsKnown => _current is not null;

    /// <summary>Whether the coordinator can be reached and is this cluster's.</summary>
    public bool IsConnected => _session is { IsUsable: true };

    /// <summary>Why the tree that was last read is refused, and what a person can do; null where it is this cluster's.</summary>
    public string? Refusal => _refusal;

    /// <summary>Whether this node is known to belong to the cluster.</summary>
    internal bool IsOpened => _opened.Task.IsCompletedSuccessfully;

    /// <summary>The cluster that this node belongs to; null where it belongs to none yet.</summary>
    internal Guid? ClusterId => _info?.Id ?? _options.StoredClusterId;

    /// <summary>Looks after this node's znodes; null before the node has registered.</summary>
    internal NodeRegistrar? Registrar => _registrar;

    /// <summary>Where things are.</summary>
    internal CoordinationPaths Paths => _paths;

    /// <summary>Connects, creates the cluster where there is none, and reads everything once.</summary>
    /// <remarks>Waits for ZooKeeper, and for a wiped tree to be rebuilt, as long as it takes. Called once.</remarks>
    /// <param name="cancellationToken">Gives up; the coordinator is of no use then.</param>
    /// <returns>What is fixed for the cluster.</returns>
    /// <exception cref="CoordinationRefusedException">The tree belongs to another cluster than this node's data.</exception>
    /// <exception cref="FormatException">The connect string is malformed.</exception>
    public Task<ClusterInfo> OpenAsync(CancellationToken cancellationToken = default)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        _publishing = Task.Run(PublishAsync, CancellationToken.None);
        return _opened.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Registers this node as running, and lets it stand in the election; kept up from then on.</summary>
    /// <param name="local">What it tells about itself.</param>
    /// <param name="cancellationToken">Ends the wait, not the registration.</param>
    /// <exception cref="CoordinationRefusedException">Another process runs with this node's identity, or another node with its name.</exception>
    public Task RegisterAsync(LocalNode local, CancellationToken cancellationToken = default)
    {
        _registrar = new NodeRegistrar(_paths, _options.Self, local, _logger);
        _session?.WantRegistration();
        return _registered.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes a configuration over the one that it <see cref="Configuration.Follows" />; never over anything else.</summary>
    /// <remarks>After <see cref="ConfigurationWriteOutcome.Unknown" /> the very same configuration is to be tried again until the outcome is another.</remarks>
    /// <param name="partition">The partition.</param>
    /// <param name="next">The configuration to write.</param>
    /// <param name="cancellationToken">Ends the wait; the outcome is unknown then.</param>
    public Task<ConfigurationWrite> TryWriteAsync(PartitionId partition, Configuration next, CancellationToken cancellationToken = default) =>
        _store.TryWriteAsync(partition, next, cancellationToken);

    /// <summary>Ends the session, so that others see at once that this node has gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running, _publishing).ConfigureAwait(false);
        _opened.TrySetCanceled();
        _registered.TrySetCanceled();
        _stop.Dispose();
    }

    /// <summary>What the controller goes by; null where this node is not the controller or does not know for certain.</summary>
    internal ControllerPicture? ControllerPicture() => _session is { IsComplete: true } session ? _tree.PictureFor(session.SeatPath) : null;

    /// <summary>This session's place in the election; null while there is no connection, or not everything has been read over it, or no place taken.</summary>
    internal ElectionPlace? Place() =>
        _session is { IsComplete: true, SeatPath: { } seat } session ? new ElectionPlace(session.Client, seat, _tree.RoleAt(seat)) : null;

    /// <summary>Leaves the election while the session goes on, so that the next node has the role before this one has stopped; this node's znodes are not looked after any more.</summary>
    /// <param name="place">This session's place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    internal async Task ResignAsync(ElectionPlace place, CancellationToken cancellationToken)
    {
        _registrar = null;
        try
        {
            await place.Client.DeleteAsync(place.SeatPath, -1, cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            // Somebody else has deleted it.
        }
    }

    /// <summary>Writes as the controller: nothing happens where that place in the election has gone.</summary>
    /// <param name="seatPath">The place in the election that the decision was made in.</param>
    /// <param name="ops">What is to be written.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperMultiException">The place has gone (index 0), or a version has passed.</exception>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    internal async Task<IReadOnlyList<OpResult>> WriteAsControllerAsync(string seatPath, IEnumerable<Op> ops, CancellationToken cancellationToken)
    {
        if (_session is not { IsComplete: true } session)
        {
            throw new ZooKeeperException(ErrorCode.ConnectionLoss, seatPath, "there is no connection to ZooKeeper; nothing was sent");
        }

        // Nobody ever changes the data of a place in the election, so its version is 0 as long as it is there.
        return await session.Client.MultiAsync([new CheckOp(seatPath, 0), .. ops], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hears which configuration the controller has written.</summary>
    internal void OnWritten(PartitionId partition, Configuration configuration, int version)
    {
        _tree.SetPartition(partition, configuration, version);
        _publish.Set();
    }

    /// <summary>All registrations and configurations that are known, whether the coordinator can be reached or not.</summary>
    internal (IReadOnlyList<NodeDocument> Nodes, IReadOnlyDictionary<PartitionId, Configuration> Configurations) Knowledge() => _tree.Knowledge();

    /// <summary>Hears the cluster's settings.</summary>
    internal void OnSettings(SettingsDocument settings)
    {
        _info = new ClusterInfo(settings.ClusterId, DocumentCodec.ToSettings(settings), settings);
        _refusal = null;
    }

    /// <summary>Hears that the tree is not this cluster's.</summary>
    internal void OnRefused(string reason)
    {
        if (_refusal != reason)
        {
            CoordinationLog.TreeRefused(_logger, reason);
            _refusal = reason;
        }
    }

    /// <summary>Hears that the tree has changed.</summary>
    internal void OnTreeChanged(bool isComplete)
    {
        _hasReadAll |= isComplete;
        _publish.Set();
    }

    /// <summary>Hears that the connection has come or gone.</summary>
    internal void OnConnectionChanged() => _publish.Set();

    /// <summary>Hears that the controller's loop has come upon what should not be.</summary>
    internal void Fail(Exception reason) => _options.Fatal(reason);

    /// <summary>Hears that this node's znodes are in their places.</summary>
    internal void OnRegistered() => _registered.TrySetResult();

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await RunSessionAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The coordinator is being closed.
        }
#pragma warning disable CA1031 // Whatever it is ends this client: whoever waits is told, and otherwise the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CoordinationLog.Refused(_logger, e.Message);
            if (!_opened.TrySetException(e) && (_registrar is null || !_registered.TrySetException(e)))
            {
                _options.Fatal(e);
            }
        }
    }

    private async Task RunSessionAsync()
    {
        ZooKeeperClient client;
        try
        {
            client = await ZooKeeperClient.ConnectAsync(
                new ZooKeeperClientOptions
                {
                    ConnectString = _options.ConnectString,
                    SessionTimeout = _options.SessionTimeout,
                    ConnectTimeout = _options.ConnectTimeout,
                    CreatesChroot = true,
                    Logger = _logger,
                },
                _stop.Token).ConfigureAwait(false);
        }
        catch (ZooKeeperException e)
        {
            CoordinationLog.ConnectFailed(_logger, e.Message);
            await Task.Delay(_options.RetryDelay, _stop.Token).ConfigureAwait(false);
            return;
        }

        await using (client.ConfigureAwait(false))
        {
            using var session = new CoordinatorSession(this, client, _tree, _paths, _options, _logger);
            _session = session;
            try
            {
                await session.RunAsync(_stop.Token).ConfigureAwait(false);
            }
            finally
            {
                _session = null;
                _publish.Set();
            }
        }
    }

    private async Task PublishAsync()
    {
        try
        {
            while (true)
            {
                await _publish.WaitAsync(Timeout.InfiniteTimeSpan, _stop.Token).ConfigureAwait(false);
                if (_hasReadAll)
                {
                    var view = _tree.View();
                    ViewReport.Write(_logger, _current, view);
                    _current = view;
                    _opened.TrySetResult(_info!);
                    Changed?.Invoke(view);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The coordinator is being closed.
        }
#pragma warning disable CA1031 // A handler that throws has missed a change that nobody will tell it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _options.Fatal(e);
        }
    }
}
