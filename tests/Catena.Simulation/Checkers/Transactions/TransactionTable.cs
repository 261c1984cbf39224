using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>A history of transactions with what can be looked up in it: who wrote what, and who happened.</summary>
internal sealed class TransactionTable
{
    private readonly Dictionary<(string Key, long Value), WrittenValue> _writers = [];
    private readonly HashSet<(string Key, long Value)> _complained = [];
    private readonly List<Anomaly> _anomalies = [];
    private readonly bool[] _happened;

    /// <summary>Takes a history in and finds who wrote what.</summary>
    /// <param name="history">The transactions, in any order.</param>
    /// <param name="writes">What the writes of this form of histories are.</param>
    /// <exception cref="ArgumentException">The history is of another form, or its times make no sense.</exception>
    public TransactionTable(IEnumerable<TransactionOperation> history, MicroOperationKind writes)
    {
        History = [.. history];
        _happened = [.. History.Select(transaction => transaction.Outcome == Outcome.Ok)];
        for (var place = 0; place < History.Count; place++)
        {
            Validate(History[place], writes);
            TakeWrites(place);
        }
    }

    /// <summary>The transactions; their places here are their names.</summary>
    public IReadOnlyList<TransactionOperation> History { get; }

    /// <summary>Which of them happened: those that say so, and those of unknown outcome of which a value was read.</summary>
    public IReadOnlyList<bool> Happened => _happened;

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<Anomaly> Anomalies => _anomalies;

    /// <summary>The places of the transactions that were answered.</summary>
    public IEnumerable<int> Answered => Enumerable.Range(0, History.Count).Where(place => History[place].Outcome == Outcome.Ok);

    /// <summary>Notes an anomaly.</summary>
    public void Add(AnomalyKind kind, IReadOnlyList<int> places, string reason) => _anomalies.Add(Anomaly.Tell(kind, History, places, reason));

    /// <summary>Notes that a value was read; whoever wrote it has happened.</summary>
    /// <param name="reader">Who read it.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="isForeign">Whether it can only be another's: the reader had not written it yet.</param>
    /// <param name="isNewest">Whether it was read as the newest value of others.</param>
    public void Observe(int reader, string key, long value, bool isForeign, bool isNewest)
    {
        if (!_writers.TryGetValue((key, value), out var written))
        {
            Complain(AnomalyKind.GarbageRead, [reader], key, value, FormattableString.Invariant($"T{reader} read {value} of key {key}, which nobody wrote"));
            return;
        }

        var writer = written.Transaction;
        if (History[writer].Outcome == Outcome.Fail)
        {
            Complain(AnomalyKind.AbortedRead, [writer, reader], key, value, FormattableString.Invariant($"T{reader} read {value} of key {key}, which T{writer} wrote, and T{writer} failed"));
            return;
        }

        _happened[writer] = true;
        if (isForeign && writer == reader)
        {
            Complain(AnomalyKind.Internal, [reader], key, value, FormattableString.Invariant($"T{reader} read {value} of key {key} before it wrote it itself"));
        }
        else if (isNewest && !written.IsLast)
        {
            Complain(
                AnomalyKind.IntermediateRead,
                [writer, reader],
                key,
                value,
                FormattableString.Invariant($"T{reader} read {value} as the newest of key {key}, but T{writer} wrote the key again after {value}"));
        }
    }

    /// <summary>The transaction that wrote a value, if there is one and it happened; else null.</summary>
    public WrittenValue? WriterOf(string key, long value) =>
        _writers.TryGetValue((key, value), out var written) && _happened[written.Transaction] ? written : null;

    /// <summary>Finds those that read one version of a key and both wrote the key.</summary>
    /// <param name="updates">Who read which version before it wrote the key.</param>
    public void FindLostUpdates(IEnumerable<(int Transaction, string Key, long? Version)> updates)
    {
        var first = new Dictionary<(string Key, long? Version), int>();
        foreach (var (transaction, key, version) in updates)
        {
            if (!first.TryAdd((key, version), transaction))
            {
                var other = first[(key, version)];
                Add(
                    AnomalyKind.LostUpdate,
                    [other, transaction],
                    FormattableString.Invariant($"T{other} and T{transaction} both read key {key} as of {(version is { } value ? value : "nothing")}, and both wrote it"));
            }
        }
    }

    /// <summary>A graph of those that happened, with what their times tell.</summary>
    public DependencyGraph Graph()
    {
        var graph = new DependencyGraph(History, Happened);
        var last = new Dictionary<int, int>();
        foreach (var place in Answered.OrderBy(place => History[place].Call).ThenBy(place => History[place].Return))
        {
            // Where the times touch, the graph takes the two for concurrent, though the process ran one after the other.
            var process = History[place].Process;
            if (last.TryGetValue(process, out var before) && History[before].Return == History[place].Call)
            {
                graph.Add(new Dependency(before, place, DependencyKinds.RealTime, new Evidence(EvidenceKind.Process, "")));
            }

            last[process] = place;
        }

        return graph;
    }

    private static void Validate(TransactionOperation transaction, MicroOperationKind writes)
    {
        if (transaction.Return is { } end ? end < transaction.Call : transaction.Outcome != Outcome.Unknown)
        {
            throw new ArgumentException($"The times of a transaction make no sense: {transaction}");
        }

        foreach (var step in transaction.Operations)
        {
            var fits = step.Kind == MicroOperationKind.Read
                ? writes == MicroOperationKind.Append ? step.Value is null : step.List is null
                : step.Kind == writes;
            if (!fits)
            {
                throw new ArgumentException($"{step} does not belong in a history of {(writes == MicroOperationKind.Append ? "lists" : "registers")}: {transaction}");
            }
        }
    }

    private void TakeWrites(int place)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var step in History[place].Operations.Where(step => step.Kind != MicroOperationKind.Read))
        {
            var value = step.Value!.Value;
            if (last.TryGetValue(step.Key, out var before))
            {
                _writers[(step.Key, before)] = new WrittenValue(place, IsLast: false);
            }

            last[step.Key] = value;
            if (!_writers.TryAdd((step.Key, value), new WrittenValue(place, IsLast: true)))
            {
                var other = _writers[(step.Key, value)].Transaction;
                Complain(AnomalyKind.DuplicateWrite, [other, place], step.Key, value, FormattableString.Invariant($"T{other} and T{place} both write {value} to key {step.Key}"));
            }
        }
    }

    private void Complain(AnomalyKind kind, IReadOnlyList<int> places, string key, long value, string reason)
    {
        // Once a value: all that came later read it too.
        if (_complained.Add((key, value)))
        {
            Add(kind, places, reason);
        }
    }
}
