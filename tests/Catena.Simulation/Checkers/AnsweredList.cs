using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The calls and returns of answered operations in order of time, from which operations can be lifted out and put back.</summary>
/// <remarks>Lowe's doubly linked list. Of call and return at one moment the call comes first: such operations count as overlapping.</remarks>
internal sealed class AnsweredList
{
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly IReadOnlyList<HistoryOperation> _operations;

    /// <summary>The list of all the operations.</summary>
    public AnsweredList(IReadOnlyList<HistoryOperation> operations)
    {
        // Entry 2i is the call of operation i, 2i + 1 its return; the last entry is the sentinel.
        _operations = operations;
        var sentinel = operations.Count * 2;
        var order = Enumerable.Range(0, sentinel).OrderBy(TimeOf).ThenBy(entry => entry & 1).ThenBy(entry => entry).ToArray();
        _next = new int[sentinel + 1];
        _previous = new int[sentinel + 1];
        var last = sentinel;
        foreach (var entry in order)
        {
            Connect(last, entry);
            last = entry;
        }

        Connect(last, sentinel);
    }

    /// <summary>Whether every operation is lifted.</summary>
    public bool IsEmpty => _next[Sentinel] == Sentinel;

    /// <summary>The time of the first return; what was called after it cannot take effect next.</summary>
    public long FirstReturn
    {
        get
        {
            var entry = _next[Sentinel];
            while ((entry & 1) == 0)
            {
                entry = _next[entry];
            }

            return TimeOf(entry);
        }
    }

    private int Sentinel => _next.Length - 1;

    /// <summary>Adds the numbers of the operations called before the first return, those that return first at the front.</summary>
    public void AddCandidates(List<int> target)
    {
        for (var entry = _next[Sentinel]; (entry & 1) == 0 && entry != Sentinel; entry = _next[entry])
        {
            var operation = entry >> 1;
            var place = target.Count;
            while (place > 0 && _operations[target[place - 1]].Return > _operations[operation].Return)
            {
                place--;
            }

            target.Insert(place, operation);
        }
    }

    /// <summary>Takes an operation out: it has taken effect.</summary>
    public void Lift(int operation)
    {
        Disconnect(operation * 2);
        Disconnect((operation * 2) + 1);
    }

    /// <summary>Puts back the operation that was taken out last of those still out.</summary>
    public void PutBack(int operation)
    {
        Reconnect((operation * 2) + 1);
        Reconnect(operation * 2);
    }

    private long TimeOf(int entry) => (entry & 1) == 0 ? _operations[entry >> 1].Call : _operations[entry >> 1].Return;

    private void Connect(int before, int after)
    {
        _next[before] = after;
        _previous[after] = before;
    }

    private void Disconnect(int entry) => Connect(_previous[entry], _next[entry]);

    private void Reconnect(int entry)
    {
        _next[_previous[entry]] = entry;
        _previous[_next[entry]] = entry;
    }
}
