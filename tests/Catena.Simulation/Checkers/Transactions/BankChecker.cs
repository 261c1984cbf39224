using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Checks that transfers between accounts neither make nor lose money.</summary>
/// <remarks>
/// Accounts are registers that hold balances, which need not be unique. Every answered transaction that read all accounts, each before writing it, must have
/// found the same total. An account that was not there counts as empty.
/// </remarks>
/// <param name="accounts">The keys of all accounts.</param>
/// <param name="total">What they hold together.</param>
/// <param name="mayBeNegative">Whether an account may hold less than nothing.</param>
public sealed class BankChecker(IEnumerable<string> accounts, long total, bool mayBeNegative = false)
{
    private readonly SortedSet<string> _accounts = new(accounts, StringComparer.Ordinal);

    /// <summary>Checks a history; the report counts the reads of all accounts.</summary>
    public TransactionReport Check(IEnumerable<TransactionOperation> history)
    {
        IReadOnlyList<TransactionOperation> all = [.. history];
        var anomalies = new List<Anomaly>();
        var reads = 0;
        for (var place = 0; place < all.Count; place++)
        {
            if (all[place].Outcome != Outcome.Ok)
            {
                continue;
            }

            var balances = Balances(all[place]);
            foreach (var (account, balance) in balances.Where(balance => balance.Value < 0 && !mayBeNegative))
            {
                anomalies.Add(Anomaly.Tell(
                    AnomalyKind.NegativeBalance, all, [place], FormattableString.Invariant($"T{place} read {balance} in account {account}")));
            }

            if (balances.Count < _accounts.Count)
            {
                continue;
            }

            reads++;
            var sum = balances.Values.Aggregate(default(Int128), (sum, balance) => sum + balance);
            if (sum != total)
            {
                anomalies.Add(Anomaly.Tell(
                    AnomalyKind.WrongTotal, all, [place], FormattableString.Invariant($"T{place} read {sum} in all accounts together, not {total}")));
            }
        }

        return new TransactionReport(reads, anomalies);
    }

    /// <summary>What a transaction found in accounts before it wrote them.</summary>
    private SortedDictionary<string, long> Balances(TransactionOperation transaction)
    {
        var balances = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in transaction.Operations.Where(step => _accounts.Contains(step.Key)))
        {
            if (step.Kind != MicroOperationKind.Read)
            {
                written.Add(step.Key);
            }
            else if (!written.Contains(step.Key))
            {
                balances.TryAdd(step.Key, step.Value ?? 0);
            }
        }

        return balances;
    }
}
