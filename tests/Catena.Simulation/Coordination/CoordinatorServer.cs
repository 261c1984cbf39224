namespace Catena.Simulation.Coordination;

/// <summary>One server of the coordinator: it follows the leader at a distance, and sessions read what it has.</summary>
/// <param name="number">Its number, from 0.</param>
internal sealed class CoordinatorServer(int number)
{
    private readonly SortedDictionary<long, List<Action>> _waiting = [];

    /// <summary>Its number.</summary>
    public int Number { get; } = number;

    /// <summary>The tree up to <see cref="Zxid" />.</summary>
    public CoordinatorTree Tree { get; set; } = new();

    /// <summary>The last transaction it has applied.</summary>
    public long Zxid { get; private set; }

    /// <summary>When it applies the last transaction that is on its way; none applies before it.</summary>
    public long LastArrival { get; set; }

    /// <summary>Applies a transaction, then runs what waited for it.</summary>
    public void Apply(CoordinatorTransaction transaction)
    {
        foreach (var change in transaction.Changes)
        {
            Tree.Apply(change);
        }

        Zxid = transaction.Zxid;
    }

    /// <summary>Runs <paramref name="action" /> once the server has applied a transaction.</summary>
    public void WhenApplied(long zxid, Action action)
    {
        if (zxid <= Zxid)
        {
            action();
            return;
        }

        if (!_waiting.TryGetValue(zxid, out var actions))
        {
            actions = [];
            _waiting.Add(zxid, actions);
        }

        actions.Add(action);
    }

    /// <summary>Runs what waited for transactions that are now applied.</summary>
    public void RunWaiting()
    {
        while (_waiting.Count > 0 && _waiting.First() is var first && first.Key <= Zxid)
        {
            _waiting.Remove(first.Key);
            foreach (var action in first.Value)
            {
                action();
            }
        }
    }
}
