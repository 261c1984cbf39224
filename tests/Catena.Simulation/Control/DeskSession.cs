using Catena.Server.Coordination;
using Catena.Server.Coordination.Tree;
using Catena.Simulation.Coordination;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Control;

/// <summary>One session: follows the subtree and keeps the node's znodes in place until it ends, as <see cref="CoordinatorSession" /> does.</summary>
/// <remarks>One watch says what changed, and one dialogue at a time reads it again; after each lost connection everything is read.</remarks>
internal sealed class DeskSession(CoordinatorDesk desk) : ISessionOwner
{
    private const long RefusedRetry = Duration.Second;
    private const long FailedRetry = 100 * Duration.Millisecond;

    private SortedSet<string> _changed = new(StringComparer.Ordinal);
    private SimulatedSession? _session;
    private bool _isAllWanted = true;
    private bool _isRegistrationWanted;
    private bool _isWatching;
    private bool _isWorking;
    private bool _isVerified;
    private bool _isComplete;
    private bool _hasFailed;

    /// <summary>Whether configurations may be written: the connection stands and the tree is this cluster's.</summary>
    internal bool IsUsable => _isVerified && _session?.State == SessionState.Connected;

    /// <summary>Whether everything has been read since the connection was made.</summary>
    internal bool IsComplete => _isComplete && IsUsable;

    /// <summary>This session's place in the election; null while it has none.</summary>
    internal string? SeatPath { get; private set; }

    /// <summary>Where requests go.</summary>
    internal SimulatedSession Requests => _session!;

    /// <summary>Connects.</summary>
    internal void Begin(SimulatedCoordinator coordinator) => _session = coordinator.Connect(desk.Node, this);

    /// <summary>Has the node's znodes looked after.</summary>
    internal void WantRegistration()
    {
        _isRegistrationWanted = true;
        Work();
    }

    /// <inheritdoc />
    public void StateChanged(SessionState state)
    {
        switch (state)
        {
            case SessionState.Expired:
                desk.OpenSession();
                break;
            case SessionState.Connected:
                _isAllWanted = true;
                Work();
                break;
            default:
                _isComplete = false;
                break;
        }
    }

    /// <inheritdoc />
    public void Watched(WatchEventKind kind, string path)
    {
        _changed.Add(path);
        Work();
    }

    private void Work()
    {
        if (_isWorking || _session!.State != SessionState.Connected)
        {
            return;
        }

        var changed = _changed;
        var isAll = _isAllWanted || !_isVerified || changed.Contains(TreeLayout.Paths.Settings);
        var isRegistration = _isRegistrationWanted;
        if (!isAll && !isRegistration && changed.Count == 0)
        {
            return;
        }

        _changed = new SortedSet<string>(StringComparer.Ordinal);
        (_isAllWanted, _isRegistrationWanted, _isWorking, _hasFailed) = (false, false, true, false);
        Dialogue.Run(_session, dialogue => isAll ? ReadAll(dialogue) : Read(dialogue, changed, isRegistration), Worked);
    }

    private void Worked(CoordinatorError error)
    {
        _isWorking = false;
        if (error == CoordinatorError.SessionExpired)
        {
            return;
        }

        if (error != CoordinatorError.Ok || _hasFailed || !_isVerified)
        {
            // A refused tree is looked at again and again; after a lost connection the next one begins with everything.
            _isAllWanted = true;
            desk.Node.After(desk.IsRefusing ? RefusedRetry : FailedRetry, "desk.retry", Work);
            return;
        }

        Work();
    }

    private IEnumerable<CoordinatorRequest> ReadAll(Dialogue dialogue)
    {
        var paths = TreeLayout.Paths;
        yield return new CoordinatorRequest.GetData(paths.Settings);
        if (!desk.TakeSettings(dialogue.Reply))
        {
            (_isVerified, _isComplete) = (false, false);
            yield break;
        }

        if (!_isWatching)
        {
            yield return new CoordinatorRequest.WatchSubtree(paths.Root);
            _isWatching = true;
        }

        // First the names, then the data: what is read is not of one moment.
        string[] parents = [paths.Nodes, paths.Members, paths.Election, paths.Partitions];
        yield return new CoordinatorRequest.MultiRead([.. parents.Select(parent => new CoordinatorRequest.GetChildren(parent))]);
        var lists = dialogue.Reply.Parts!;
        if (lists.Any(list => list.Error != CoordinatorError.Ok))
        {
            _hasFailed = true;
            yield break;
        }

        List<string> all = [.. lists.Zip(parents).SelectMany(list => list.First.Children!.Select(name => CoordinationPaths.ChildOf(list.Second, name)))];
        yield return new CoordinatorRequest.MultiRead([.. all.Select(path => new CoordinatorRequest.GetData(path))]);
        desk.Tree.ApplyAll(States(all, dialogue.Reply).Where(znode => znode.Data is not null));
        _isVerified = true;
        foreach (var request in Register(dialogue))
        {
            yield return request;
        }

        _isComplete = true;
        desk.OnTreeChanged(isComplete: true);
    }

    private IEnumerable<CoordinatorRequest> Read(Dialogue dialogue, SortedSet<string> changed, bool isRegistration)
    {
        if (changed.Count > 0)
        {
            yield return new CoordinatorRequest.MultiRead([.. changed.Select(path => new CoordinatorRequest.GetData(path))]);
            foreach (var znode in States([.. changed], dialogue.Reply))
            {
                desk.Tree.Apply(znode);
            }
        }

        if (isRegistration || changed.Any(path => desk.Registrar?.Keeps(path, SeatPath) == true))
        {
            foreach (var request in Register(dialogue))
            {
                yield return request;
            }
        }

        desk.OnTreeChanged(isComplete: false);
    }

    private IEnumerable<CoordinatorRequest> Register(Dialogue dialogue)
    {
        if (desk.Registrar is not { } registrar)
        {
            yield break;
        }

        foreach (var request in registrar.Ensure(dialogue, desk.Tree, _session!.Id, SeatPath))
        {
            yield return request;
        }

        SeatPath = registrar.SeatPath;
        _hasFailed |= SeatPath is null;
    }

    private static IEnumerable<ZnodeState> States(List<string> paths, CoordinatorReply reply) =>
        paths.Zip(reply.Parts!, TreeLayout.State);
}
