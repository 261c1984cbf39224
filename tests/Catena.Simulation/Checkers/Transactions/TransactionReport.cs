namespace Catena.Simulation.Checkers.Transactions;

/// <summary>The verdict on a history of transactions.</summary>
/// <param name="Checked">How many transactions the check rests on: those that happened or, for <see cref="BankChecker" />, the reads of all accounts. A history in which this is 0 has shown nothing.</param>
/// <param name="Anomalies">What is wrong with it; empty if nothing is.</param>
public sealed record TransactionReport(int Checked, IReadOnlyList<Anomaly> Anomalies)
{
    private const int MostExplained = 5;

    /// <summary>Whether nothing was found.</summary>
    public bool IsValid => Anomalies.Count == 0;

    /// <summary>What is wrong, a paragraph each of the first anomalies; empty if nothing is.</summary>
    public string Explanation
    {
        get
        {
            var more = Anomalies.Count > MostExplained ? FormattableString.Invariant($"\nand {Anomalies.Count - MostExplained} more anomalies") : "";
            return string.Join('\n', Anomalies.Take(MostExplained)) + more;
        }
    }
}
