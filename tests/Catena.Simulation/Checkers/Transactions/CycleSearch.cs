namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Finds a short cycle among the transactions of a strongly connected component.</summary>
/// <remarks>
/// Breadth first from one transaction after the other, until a cycle of two is found or the steps run out; so in a large component the cycle
/// found is short, but another may be shorter. Steps, not seconds, so that a report repeats.
/// </remarks>
internal sealed class CycleSearch
{
    private const long MostSteps = 10_000_000;

    private readonly DependencyGraph _graph;
    private readonly IReadOnlyList<int> _members;
    private readonly IReadOnlyList<int> _byCall;
    private readonly Dictionary<int, Dependency> _reachedBy = [];
    private readonly HashSet<int> _isMember;
    private readonly HashSet<int> _usedHubs = [];
    private readonly HashSet<int> _startHubs = [];
    private readonly Queue<int> _queue = new();
    private int _start;
    private int _calledFrom;
    private long _steps;

    /// <summary>A search in one component.</summary>
    public CycleSearch(DependencyGraph graph, IReadOnlyList<int> members)
    {
        _graph = graph;
        _members = members;
        _isMember = [.. members];
        _byCall = [.. members.OrderBy(place => graph.Calls[place])];
    }

    /// <summary>The shortest cycle found; null if there is none or the steps ran out before one was found.</summary>
    /// <param name="first">The kinds that its first dependency may have.</param>
    /// <param name="rest">The kinds that the others may have.</param>
    public IReadOnlyList<Dependency>? Shortest(DependencyKinds first, DependencyKinds rest)
    {
        _steps = 0;
        IReadOnlyList<Dependency>? best = null;
        foreach (var place in _members)
        {
            var cycle = From(place, first, rest);
            if (cycle is not null && (best is null || cycle.Count < best.Count))
            {
                best = cycle;
            }

            if (best?.Count == 2 || _steps > MostSteps)
            {
                break;
            }
        }

        return best;
    }

    private List<Dependency>? From(int start, DependencyKinds first, DependencyKinds rest)
    {
        _start = start;
        _calledFrom = _byCall.Count;
        _reachedBy.Clear();
        _usedHubs.Clear();
        _startHubs.Clear();
        _startHubs.UnionWith(_graph.HubsOf(start));
        _queue.Clear();
        Expand(start, first);
        while (_queue.TryDequeue(out var place))
        {
            if (Closing(place, rest) is { } last)
            {
                return PathTo(last);
            }

            Expand(place, rest);
        }

        return null;
    }

    private Dependency? Closing(int place, DependencyKinds kinds)
    {
        foreach (var dependency in _graph.Direct(place))
        {
            _steps++;
            if (dependency.To == _start && (dependency.Kind & kinds) != 0)
            {
                return dependency;
            }
        }

        foreach (var edge in _graph.ToHubs(place))
        {
            if ((edge.Kind & kinds) != 0 && _startHubs.Contains(edge.Hub))
            {
                var evidence = _graph.Hubs[edge.Hub].Members.First(member => member.Transaction == _start).Evidence;
                return new Dependency(place, _start, edge.Kind, evidence);
            }
        }

        return (kinds & DependencyKinds.RealTime) != 0 && _graph.Returns[place] < _graph.Calls[_start] ? InTime(place, _start) : null;
    }

    private void Expand(int place, DependencyKinds kinds)
    {
        foreach (var dependency in _graph.Direct(place))
        {
            _steps++;
            if ((dependency.Kind & kinds) != 0)
            {
                Reach(dependency);
            }
        }

        foreach (var edge in _graph.ToHubs(place))
        {
            if ((edge.Kind & kinds) != 0 && _usedHubs.Add(edge.Hub))
            {
                foreach (var (member, evidence) in _graph.Hubs[edge.Hub].Members)
                {
                    _steps++;
                    Reach(new Dependency(place, member, edge.Kind, evidence));
                }
            }
        }

        if ((kinds & DependencyKinds.RealTime) != 0)
        {
            // All that were called after this returned are the last of the list; the end of it has been reached before.
            while (_calledFrom > 0 && _graph.Calls[_byCall[_calledFrom - 1]] > _graph.Returns[place])
            {
                _steps++;
                Reach(InTime(place, _byCall[--_calledFrom]));
            }
        }
    }

    private void Reach(Dependency dependency)
    {
        if (dependency.To != _start && _isMember.Contains(dependency.To) && _reachedBy.TryAdd(dependency.To, dependency))
        {
            _queue.Enqueue(dependency.To);
        }
    }

    private List<Dependency> PathTo(Dependency last)
    {
        var path = new List<Dependency> { last };
        for (var place = last.From; place != _start; place = path[^1].From)
        {
            path.Add(_reachedBy[place]);
        }

        path.Reverse();
        return path;
    }

    private static Dependency InTime(int from, int to) => new(from, to, DependencyKinds.RealTime, new Evidence(EvidenceKind.RealTime, ""));
}
