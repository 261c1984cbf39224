namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Finds the strongly connected components of a dependency graph: sets of transactions that all must come before each other.</summary>
/// <remarks>
/// Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972) with a stack of its own, since a history is deeper than a thread's. Its nodes
/// are the transactions, then the hubs, then a chain of moments, one a transaction in the order of calls: a moment leads to its transaction
/// and to the next moment, and a transaction to the first moment after its return.
/// </remarks>
internal sealed class ComponentSearch
{
    private readonly DependencyGraph _graph;
    private readonly DependencyKinds _kinds;
    private readonly int _hubs;
    private readonly int _moments;
    private readonly int[] _number;
    private readonly int[] _low;
    private readonly int[] _cursor;
    private readonly bool[] _isOpen;
    private readonly Stack<int> _open = new();
    private readonly Stack<int> _path = new();
    private readonly List<IReadOnlyList<int>> _found = [];
    private int _visited;

    private ComponentSearch(DependencyGraph graph, DependencyKinds kinds)
    {
        _graph = graph;
        _kinds = kinds;
        _hubs = graph.Count;
        _moments = _hubs + graph.Hubs.Count;
        var nodes = _moments + graph.ByCall.Count;
        _number = new int[nodes];
        _low = new int[nodes];
        _cursor = new int[nodes];
        _isOpen = new bool[nodes];
    }

    /// <summary>The components of at least two transactions, each in ascending order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="kinds">The dependencies that count.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Find(DependencyGraph graph, DependencyKinds kinds)
    {
        var search = new ComponentSearch(graph, kinds);
        foreach (var place in graph.ByCall)
        {
            if (search._number[place] == 0)
            {
                search.VisitFrom(place);
            }
        }

        return search._found;
    }

    private void VisitFrom(int root)
    {
        Enter(root);
        while (_path.TryPeek(out var node))
        {
            var next = Successor(node);
            if (next == -1)
            {
                _path.Pop();
                Leave(node);
                if (_path.TryPeek(out var before))
                {
                    _low[before] = Math.Min(_low[before], _low[node]);
                }
            }
            else if (next >= 0 && _number[next] == 0)
            {
                Enter(next);
            }
            else if (next >= 0 && _isOpen[next])
            {
                _low[node] = Math.Min(_low[node], _number[next]);
            }
        }
    }

    private void Enter(int node)
    {
        _number[node] = _low[node] = ++_visited;
        _isOpen[node] = true;
        _open.Push(node);
        _path.Push(node);
    }

    private void Leave(int node)
    {
        if (_low[node] != _number[node])
        {
            return;
        }

        var transactions = new List<int>();
        int member;
        do
        {
            member = _open.Pop();
            _isOpen[member] = false;
            if (member < _hubs)
            {
                transactions.Add(member);
            }
        }
        while (member != node);
        if (transactions.Count > 1)
        {
            transactions.Sort();
            _found.Add(transactions);
        }
    }

    /// <summary>The node that the next edge leads to; -1 after the last, -2 for an edge that does not count.</summary>
    private int Successor(int node)
    {
        var edge = _cursor[node]++;
        if (node >= _moments)
        {
            var moment = node - _moments;
            return edge switch
            {
                0 => _graph.ByCall[moment],
                1 when moment + 1 < _graph.ByCall.Count => node + 1,
                _ => -1,
            };
        }

        if (node >= _hubs)
        {
            var members = _graph.Hubs[node - _hubs].Members;
            return edge < members.Count ? members[edge].Transaction : -1;
        }

        var direct = _graph.Direct(node);
        if (edge < direct.Count)
        {
            return (direct[edge].Kind & _kinds) != 0 ? direct[edge].To : -2;
        }

        edge -= direct.Count;
        var toHubs = _graph.ToHubs(node);
        if (edge < toHubs.Count)
        {
            return (toHubs[edge].Kind & _kinds) != 0 ? _hubs + toHubs[edge].Hub : -2;
        }

        return edge == toHubs.Count && (_kinds & DependencyKinds.RealTime) != 0 ? MomentAfter(node) : -1;
    }

    private int MomentAfter(int place)
    {
        var moment = _graph.FirstCalledAfter(_graph.Returns[place], _graph.ByCall);
        return moment < _graph.ByCall.Count ? _moments + moment : -2;
    }
}
