using Catena.Core.Control;
using Catena.Server.Http;
using Catena.ZooKeeper.Client;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Announcing;

/// <summary>Keeps the znodes in place that announce a node, while it serves and no longer.</summary>
/// <remarks>
/// <para>
/// It looks at what is there and mends the difference (<see cref="AnnouncementPlan" />): on every change of the cluster or of the session, and every two seconds. So a create whose answer was lost leaves no
/// second znode, one that somebody deleted comes back, and a new session gets its own.
/// </para>
/// <para>
/// Whatever ZooKeeper refuses is logged once, told in <c>/status</c> and tried again; nothing of it reaches the clients that are being served. Thread-safe.
/// </para>
/// </remarks>
internal sealed class Announcer : IAsyncDisposable
{
    /// <summary>How often readiness is looked at.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>How often ZooKeeper is asked although nothing has changed.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterCoordinator _coordinator;
    private readonly IReadiness _readiness;
    private readonly IReadOnlyList<AnnouncedEndpoint> _endpoints;
    private readonly IReadOnlyList<AnnouncedZnode> _possible;
    private readonly TimeSpan _grace;
    private readonly ILogger _logger;
    private readonly Dictionary<Announcement, string> _problems = [];
    private readonly HashSet<Announcement> _standing = [];
    private readonly Task _running;
    private ZnodeKeeper? _keeper;
    private IReadOnlyList<AnnouncedZnode> _wanted = [];
    private bool _isServing;
    private long _unreadySince = -1;
    private long _nextLook;

    /// <summary>Begins to announce.</summary>
    /// <param name="coordinator">The coordinator, opened.</param>
    /// <param name="readiness">Whether the node serves.</param>
    /// <param name="endpoints">What is announced.</param>
    /// <param name="grace">How long the node may be unready before the announcements go.</param>
    /// <param name="logger">The log.</param>
    public Announcer(ClusterCoordinator coordinator, IReadiness readiness, IReadOnlyList<AnnouncedEndpoint> endpoints, TimeSpan grace, ILogger logger)
    {
        (_coordinator, _readiness, _endpoints, _grace, _logger) = (coordinator, readiness, endpoints, grace, logger);
        _possible = AnnouncementPlan.Possible(endpoints);
        coordinator.Changed += OnChanged;
        _running = Task.Run(RunAsync);
    }

    /// <summary>How the announcements stand.</summary>
    public IReadOnlyList<AnnouncementReport> Report()
    {
        lock (_gate)
        {
            return
            [
                .. _endpoints.Select(endpoint => new AnnouncementReport(
                    endpoint.Announcement.Word,
                    endpoint.Announcement.Path,
                    endpoint.Text,
                    _standing.Contains(endpoint.Announcement),
                    _problems.GetValueOrDefault(endpoint.Announcement))),
            ];
        }
    }

    /// <summary>Takes all announcements back, as the node stops; none is made any more.</summary>
    /// <remarks>Where some go with a role, the role is handed on at once: clients that find no master take the cluster for dead, and answering what is under way may take seconds.</remarks>
    /// <param name="deadline">When it is cancelled, what is left goes with the session.</param>
    public async Task WithdrawAsync(CancellationToken deadline)
    {
        await EndAsync().ConfigureAwait(false);
        try
        {
            if (_coordinator.Place() is { } place)
            {
                var keeper = KeeperOf(place);
                foreach (var path in AnnouncementPlan.Of([], _possible, await keeper.OwnedAsync(deadline).ConfigureAwait(false)).Surplus)
                {
                    await keeper.DeleteAsync(path, deadline).ConfigureAwait(false);
                }

                if (_possible.Any(znode => znode.IsOfRole))
                {
                    await _coordinator.ResignAsync(place, deadline).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is ZooKeeperException or ObjectDisposedException or OperationCanceledException)
        {
            // The session ends in a moment, and they with it.
            AnnouncementLog.Unanswered(_logger, e.Message);
        }

        lock (_gate)
        {
            _standing.Clear();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static long Now => Environment.TickCount64;

    private void OnChanged(Cluster.ClusterView view) => _signal.Set();

    private async Task EndAsync()
    {
        _coordinator.Changed -= OnChanged;
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await StepAsync().ConfigureAwait(false);
                }
                catch (Exception e) when (e is ZooKeeperException or ObjectDisposedException)
                {
                    // What was done is open, so everything is looked at again; most likely the connection was lost.
                    AnnouncementLog.Unanswered(_logger, e.Message);
                    _nextLook = Now;
                }

                await _signal.WaitAsync(Glance, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The announcements are being taken back.
        }
#pragma warning disable CA1031 // Nothing else is expected, so it is a broken invariant.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _coordinator.Fail(e);
        }
    }

    private async Task StepAsync()
    {
        NoteReadiness();
        if (_coordinator.Place() is not { } place)
        {
            Stand([]);
            return;
        }

        // An earlier session of this node still stands in the election, and is being removed.
        if (place.Role == ClusterRole.None)
        {
            return;
        }

        var keeper = KeeperOf(place);
        var wanted = AnnouncementPlan.Wanted(_endpoints, place.Role, _isServing);
        if (wanted.SequenceEqual(_wanted) && Now < _nextLook)
        {
            return;
        }

        (_wanted, _nextLook) = (wanted, Now + (long)Look.TotalMilliseconds);
        await keeper.ClearAsync(wanted.Concat(_possible), _stop.Token).ConfigureAwait(false);
        var plan = AnnouncementPlan.Of(wanted, _possible, await keeper.OwnedAsync(_stop.Token).ConfigureAwait(false));
        var failed = new HashSet<Announcement>();
        foreach (var znode in plan.Missing)
        {
            var outcome = await keeper.TryCreateAsync(znode, place.SeatPath, _stop.Token).ConfigureAwait(false);
            if (outcome != ZnodeOutcome.Created)
            {
                failed.Add(znode.Endpoint.Announcement);
                Note(znode.Endpoint.Announcement, keeper.ProblemOf(znode));
                _nextLook = outcome == ZnodeOutcome.Soon ? Now : _nextLook;
            }
        }

        foreach (var path in plan.Surplus)
        {
            await keeper.DeleteAsync(path, _stop.Token).ConfigureAwait(false);
        }

        Stand(wanted.Select(znode => znode.Endpoint.Announcement).Where(one => !failed.Contains(one)));
    }

    private void NoteReadiness()
    {
        var readiness = _readiness.Check();
        if (readiness.IsReady)
        {
            (_isServing, _unreadySince) = (true, -1);
        }
        else if (_isServing)
        {
            _unreadySince = _unreadySince < 0 ? Now : _unreadySince;
            if (Now - _unreadySince >= _grace.TotalMilliseconds)
            {
                _isServing = false;
                AnnouncementLog.NotServing(_logger, readiness.Reason);
            }
        }
    }

    /// <summary>What is kept for a session; a new one starts with nothing.</summary>
    private ZnodeKeeper KeeperOf(ElectionPlace place)
    {
        if (_keeper is null || _keeper.Client != place.Client)
        {
            _keeper = new ZnodeKeeper(place.Client, _logger);
            _wanted = [];
            _nextLook = Now;
        }

        return _keeper;
    }

    private void Note(Announcement announcement, string? problem)
    {
        if (problem is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_problems.GetValueOrDefault(announcement) == problem)
            {
                return;
            }

            _problems[announcement] = problem;
        }

        AnnouncementLog.Problem(_logger, announcement, problem);
    }

    private void Stand(IEnumerable<Announcement> standing)
    {
        lock (_gate)
        {
            _standing.Clear();
            foreach (var one in standing)
            {
                _standing.Add(one);
                _problems.Remove(one);
            }
        }
    }
}
