using Catena.Simulation.Checkers.Transactions;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers.Transactions;

/// <summary>Writes histories of transactions in a readable way; every transaction has a process of its own unless it says otherwise.</summary>
internal sealed class TransactionHistoryBuilder
{
    private readonly List<TransactionOperation> _history = [];

    public IReadOnlyList<TransactionOperation> History => _history;

    public TransactionHistoryBuilder Ok(long call, long end, params MicroOperation[] steps) => Add(_history.Count, call, end, Outcome.Ok, steps);

    public TransactionHistoryBuilder OkOf(int process, long call, long end, params MicroOperation[] steps) => Add(process, call, end, Outcome.Ok, steps);

    public TransactionHistoryBuilder Failed(long call, long end, params MicroOperation[] steps) => Add(_history.Count, call, end, Outcome.Fail, steps);

    public TransactionHistoryBuilder Unknown(long call, params MicroOperation[] steps) => Add(_history.Count, call, null, Outcome.Unknown, steps);

    /// <summary>Expects exactly these anomalies, in any order.</summary>
    public static void Expect(TransactionReport report, params AnomalyKind[] kinds)
    {
        Assert.True(kinds.Order().SequenceEqual(report.Anomalies.Select(anomaly => anomaly.Kind).Order()), $"{string.Join(' ', kinds)} expected\n{report.Explanation}");
        Assert.Equal(kinds.Length == 0, report.IsValid);
        Assert.All(report.Anomalies, anomaly => Assert.StartsWith(AnomalyNames.NameOf(anomaly.Kind) + ":", anomaly.Explanation, StringComparison.Ordinal));
    }

    private TransactionHistoryBuilder Add(int process, long call, long? end, Outcome outcome, MicroOperation[] steps)
    {
        _history.Add(new TransactionOperation(process, call, end, outcome, steps));
        return this;
    }
}
