using Catena.Server.Coordination.Membership;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination;

/// <summary>One ZooKeeper session: follows the subtree and keeps this node's znodes in place until the session ends.</summary>
/// <remarks>
/// One persistent recursive watch says what changed, and one loop reads it again. Nothing that happened while a connection was away is told,
/// so after each reconnect everything is read. All of it runs in that one loop, one thing after the other.
/// </remarks>
internal sealed class CoordinatorSession : IDisposable
{
    private static readonly TimeSpan RefusedRetry = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly AsyncSignal _signal = new();
    private readonly ClusterCoordinator _coordinator;
    private readonly ClusterTree _tree;
    private readonly CoordinationPaths _paths;
    private readonly CoordinatorOptions _options;
    private readonly ILogger _logger;
    private HashSet<string> _changed = [];
    private bool _isAllWanted = true;
    private bool _isRegistrationWanted;
    private bool _isWatching;
    private volatile bool _isVerified;
    private volatile bool _isComplete;
    private volatile string? _seatPath;

    /// <summary>A session that has just been established.</summary>
    /// <param name="coordinator">Whose session it is.</param>
    /// <param name="client">The client.</param>
    /// <param name="tree">What is known.</param>
    /// <param name="paths">Where things are.</param>
    /// <param name="options">The coordinator's settings.</param>
    /// <param name="logger">The log.</param>
    public CoordinatorSession(
        ClusterCoordinator coordinator, ZooKeeperClient client, ClusterTree tree, CoordinationPaths paths, CoordinatorOptions options, ILogger logger)
    {
        _coordinator = coordinator;
        Client = client;
        _tree = tree;
        _paths = paths;
        _options = options;
        _logger = logger;
        client.StateChanged += OnState;
    }

    /// <summary>The client.</summary>
    public ZooKeeperClient Client { get; }

    /// <summary>Whether configurations may be written: the connection stands and the tree is this cluster's.</summary>
    public bool IsUsable => _isVerified && Client.State == SessionState.Connected;

    /// <summary>Whether everything has been read since the connection was made.</summary>
    public bool IsComplete => _isComplete && IsUsable;

    /// <summary>This session's place in the election; null while it has none.</summary>
    public string? SeatPath => _seatPath;

    /// <summary>Has this node's znodes looked after.</summary>
    public void WantRegistration()
    {
        lock (_gate)
        {
            _isRegistrationWanted = true;
        }

        _signal.Set();
    }

    /// <summary>Follows the tree until the session ends.</summary>
    /// <param name="stop">Ends it sooner.</param>
    /// <exception cref="CoordinationRefusedException">This node may not go on with what the tree holds.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (Client.State is not (SessionState.Expired or SessionState.Closed))
        {
            var patience = Timeout.InfiniteTimeSpan;
            try
            {
                await WorkAsync(stop).ConfigureAwait(false);
                patience = _isVerified ? patience : RefusedRetry;
            }
            catch (ZooKeeperException e)
            {
                CoordinationLog.ReadFailed(_logger, e.Message);
                WantAll();
                patience = _options.RetryDelay;
            }

            await _signal.WaitAsync(patience, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Client.StateChanged -= OnState;
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        HashSet<string> changed;
        bool isAll;
        bool isRegistration;
        lock (_gate)
        {
            (changed, _changed) = (_changed, []);
            isAll = _isAllWanted || !_isVerified || changed.Contains(_paths.Settings);
            isRegistration = _isRegistrationWanted;
            (_isAllWanted, _isRegistrationWanted) = (false, false);
        }

        if (Client.State != SessionState.Connected)
        {
            WantAll();
            return;
        }

        if (isAll)
        {
            if (!await TryReadAllAsync(stop).ConfigureAwait(false))
            {
                return;
            }
        }
        else
        {
            foreach (var znode in await TreeReader.ReadManyAsync(Client, changed, _options.ReadWindow, stop).ConfigureAwait(false))
            {
                _tree.Apply(znode);
            }
        }

        if (_coordinator.Registrar is { } registrar && (isAll || isRegistration || changed.Any(path => registrar.Keeps(path, _seatPath))))
        {
            _seatPath = await registrar.EnsureAsync(Client, _tree, _seatPath, stop).ConfigureAwait(false);
            _coordinator.OnRegistered();
        }

        _isComplete = _isComplete || isAll;
        _coordinator.OnTreeChanged(isComplete: isAll);
    }

    /// <summary>Reads everything.</summary>
    /// <returns>
    /// False where the tree is no longer this cluster's, which is waited out: what this node serves it goes on serving, and a node that
    /// starts over a wiped tree waits until it has been rebuilt.
    /// </returns>
    private async Task<bool> TryReadAllAsync(CancellationToken stop)
    {
        try
        {
            var (settings, version) = await ClusterFounding.OpenAsync(
                Client, _paths, _options, _coordinator.ClusterId, _logger, stop).ConfigureAwait(false);
            _coordinator.OnSettings(settings);
            _tree.SetSettings(settings, version);
        }
        catch (CoordinationRefusedException e) when (_coordinator.IsOpened || e.IsMissing)
        {
            _coordinator.OnRefused(e.Message);
            (_isVerified, _isComplete) = (false, false);
            return false;
        }

        if (!_isWatching)
        {
            await Client.AddWatchAsync(_paths.Root, AddWatchMode.PersistentRecursive, OnEvent, stop).ConfigureAwait(false);
            _isWatching = true;
        }

        // Nothing is written by what was read in another session: in a tree that was rebuilt meanwhile the same versions stand for other configurations.
        _tree.ApplyAll(await TreeReader.ReadAllAsync(Client, _paths, _options.ReadWindow, stop).ConfigureAwait(false));
        _isVerified = true;
        return true;
    }

    private void OnEvent(WatchedEvent happened)
    {
        lock (_gate)
        {
            _changed.Add(happened.Path);
        }

        _signal.Set();
    }

    private void OnState(SessionState state)
    {
        CoordinationLog.SessionChanged(_logger, state);
        if (state == SessionState.Connected)
        {
            WantAll();
        }
        else
        {
            _isComplete = false;
        }

        _coordinator.OnConnectionChanged();
        _signal.Set();
    }

    private void WantAll()
    {
        lock (_gate)
        {
            _isAllWanted = true;
        }
    }
}
