using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Which transactions must come before which others, and why.</summary>
/// <remarks>
/// Its size is about that of the history. Dependencies of many on many go over hubs, and those of real time are not kept at all: they follow from the
/// times, since a transaction comes before all that were called after it returned, which are the last of those in order of their calls.
/// </remarks>
internal sealed class DependencyGraph
{
    private readonly List<Dependency>[] _direct;
    private readonly List<HubEdge>[] _toHubs;
    private readonly List<int>[] _hubsOf;
    private readonly List<DependencyHub> _hubs = [];

    /// <summary>A graph of the transactions that happened, with real time and nothing else.</summary>
    /// <param name="history">All transactions.</param>
    /// <param name="happened">Which of them happened.</param>
    public DependencyGraph(IReadOnlyList<TransactionOperation> history, IReadOnlyList<bool> happened)
    {
        Count = history.Count;
        _direct = [.. history.Select(_ => new List<Dependency>())];
        _toHubs = [.. history.Select(_ => new List<HubEdge>())];
        _hubsOf = [.. history.Select(_ => new List<int>())];
        Calls = [.. history.Select(transaction => transaction.Call)];
        Returns = [.. history.Select(transaction => transaction.Outcome == Outcome.Ok ? transaction.Return ?? long.MaxValue : long.MaxValue)];
        ByCall = [.. Enumerable.Range(0, Count).Where(place => happened[place]).OrderBy(place => Calls[place])];
    }

    /// <summary>How many transactions there are, those that did not happen included.</summary>
    public int Count { get; }

    /// <summary>When each was called.</summary>
    public IReadOnlyList<long> Calls { get; }

    /// <summary>When each was known to have happened; the end of time for those of which nobody was told.</summary>
    public IReadOnlyList<long> Returns { get; }

    /// <summary>The transactions that happened, in the order of their calls.</summary>
    public IReadOnlyList<int> ByCall { get; }

    /// <summary>The hubs.</summary>
    public IReadOnlyList<DependencyHub> Hubs => _hubs;

    /// <summary>What a transaction must come before, without hubs and real time.</summary>
    public IReadOnlyList<Dependency> Direct(int place) => _direct[place];

    /// <summary>The hubs whose members a transaction must come before.</summary>
    public IReadOnlyList<HubEdge> ToHubs(int place) => _toHubs[place];

    /// <summary>The hubs of which a transaction is a member.</summary>
    public IReadOnlyList<int> HubsOf(int place) => _hubsOf[place];

    /// <summary>Adds a dependency; nothing depends on itself.</summary>
    public void Add(Dependency dependency)
    {
        if (dependency.From != dependency.To)
        {
            _direct[dependency.From].Add(dependency);
        }
    }

    /// <summary>Adds an empty hub and returns its number.</summary>
    public int AddHub()
    {
        _hubs.Add(new DependencyHub());
        return _hubs.Count - 1;
    }

    /// <summary>Adds a member to a hub.</summary>
    public void AddMember(int hub, int place, Evidence evidence)
    {
        _hubs[hub].Members.Add((place, evidence));
        _hubsOf[place].Add(hub);
    }

    /// <summary>Puts a transaction before all members of a hub.</summary>
    public void AddToHub(int place, int hub, DependencyKinds kind) => _toHubs[place].Add(new HubEdge(hub, kind));

    /// <summary>The first place in <paramref name="byCall" /> of a transaction that was called after a time; its length if there is none.</summary>
    public int FirstCalledAfter(long time, IReadOnlyList<int> byCall)
    {
        var low = 0;
        var high = byCall.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Calls[byCall[middle]] > time)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
