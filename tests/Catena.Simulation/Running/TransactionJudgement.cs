using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Running;

/// <summary>What was found of a history of transactions.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Answered">When each transaction that was answered was called and had returned.</param>
/// <param name="Transactions">How many transactions it has.</param>
/// <param name="Report">The checker's report.</param>
public sealed record TransactionJudgement(
    TransactionSubject Subject, IReadOnlyList<(long Call, long Return)> Answered, int Transactions, TransactionReport Report)
{
    /// <summary>Whether it was checked and nothing was found; a check that rests on no transaction has shown nothing.</summary>
    public bool IsValid => Report is { IsValid: true, Checked: > 0 };

    /// <summary>The verdict in a line.</summary>
    public string Verdict
    {
        get
        {
            var broken = Subject == TransactionSubject.Bank ? "sum NOT constant" : "NOT strictly serializable";
            var kinds = Report.Anomalies.GroupBy(anomaly => anomaly.Kind).OrderBy(kind => kind.Key)
                .Select(kind => FormattableString.Invariant($"{kind.Count()} {AnomalyNames.NameOf(kind.Key)}"));
            var verdict = !Report.IsValid ? $"{broken}: {string.Join(", ", kinds)}" : Report.Checked == 0 ? "NOTHING to check" : "no anomaly";
            return Subject == TransactionSubject.Bank
                ? FormattableString.Invariant($"{Transactions} transactions of a bank, {Report.Checked} answered reads of all accounts: {verdict}")
                : FormattableString.Invariant(
                    $"{Transactions} transactions on {(Subject == TransactionSubject.Lists ? "lists" : "registers")}, {Report.Checked} that happened: {verdict}");
        }
    }
}
