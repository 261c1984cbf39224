// The banned list keeps the simulated world away from files; a history is read and written outside of it.
#pragma warning disable RS0030
namespace Catena.Simulation.Histories;

/// <summary>Histories of transactions as text, a line each call and each end, as Jepsen writes them.</summary>
public static class TransactionHistoryFile
{
    /// <summary>Writes transactions in the order of their times, and what reads found only where the outcome is <see cref="Outcome.Ok" />.</summary>
    /// <exception cref="ArgumentException">Transactions of one process overlap, or one follows another of unknown outcome.</exception>
    public static void Write(TextWriter target, IEnumerable<TransactionOperation> history)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(history);
        var lines = new List<(long Time, int Process, TransactionEvent Line)>();
        foreach (var process in history.GroupBy(transaction => transaction.Process))
        {
            AddProcess(process, lines);
        }

        // What one process does at one moment stays in its order, since the sort is stable.
        long index = 0;
        foreach (var (_, _, line) in lines.OrderBy(line => line.Time).ThenBy(line => line.Process))
        {
            target.Write(TransactionLine.Format(line with { Index = index++ }));
            target.Write('\n');
        }
    }

    /// <summary>Reads transactions, in the order of their calls.</summary>
    /// <exception cref="HistoryFormatException">A line makes no sense, or not where it is; the message names its number.</exception>
    public static IReadOnlyList<TransactionOperation> Read(TextReader source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new TransactionHistoryReader();
        for (var number = 1; source.ReadLine() is { } line; number++)
        {
            try
            {
                if (TransactionLine.Parse(line) is { } told)
                {
                    reader.Add(told);
                }
            }
            catch (HistoryFormatException wrong)
            {
                throw new HistoryFormatException($"line {number}: {wrong.Message}", wrong);
            }
        }

        return reader.History;
    }

    private static void AddProcess(IEnumerable<TransactionOperation> transactions, List<(long Time, int Process, TransactionEvent Line)> lines)
    {
        TransactionOperation? before = null;
        foreach (var transaction in transactions.OrderBy(transaction => transaction.Call).ThenBy(transaction => transaction.Return ?? long.MaxValue))
        {
            if (before is not null && (before.Outcome == Outcome.Unknown || before.Return > transaction.Call))
            {
                throw new ArgumentException($"A process goes on before the end of a transaction is known: {before}, then {transaction}");
            }

            before = transaction;
            IReadOnlyList<MicroOperation> asked = [.. transaction.Operations.Select(step => step.Unanswered())];
            lines.Add((transaction.Call, transaction.Process, new TransactionEvent(TransactionEventKind.Invoke, transaction.Process, asked, transaction.Call, null)));
            if (transaction.Return is { } end)
            {
                var kind = transaction.Outcome switch
                {
                    Outcome.Ok => TransactionEventKind.Ok,
                    Outcome.Fail => TransactionEventKind.Fail,
                    _ => TransactionEventKind.Info,
                };
                var found = transaction.Outcome == Outcome.Ok ? transaction.Operations : asked;
                lines.Add((end, transaction.Process, new TransactionEvent(kind, transaction.Process, found, end, null)));
            }
        }
    }
}
