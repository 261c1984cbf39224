using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that move money between a few accounts, and read all of them.</summary>
/// <remarks>What is taken from one account is put on another, so that the sum of all is always 0.</remarks>
internal sealed class BankWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => [new TransactionRequest(ReadsOf('a', Profile.Accounts))];

    /// <inheritdoc />
    internal override void Work(TransactionClient client) =>
        Ask(client, new TransactionRequest(Random.Chance(Profile.ReadShare) ? ReadsOf('a', Profile.Accounts) : Transfer()));

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var accounts = Enumerable.Range(0, Profile.Accounts).Select(number => Name('a', number));
        var reads = Records.Where(record => record.Steps.All(step => step.Kind == StepKind.Read)).Select(record => record.ToBalances());
        var report = new BankChecker(accounts, total: 0, mayBeNegative: true).Check(reads);
        return report.IsValid ? null : ("bank", report.Explanation);
    }

    private IReadOnlyList<TransactionStep> Transfer()
    {
        var from = Random.Next(Profile.Accounts);
        var to = (from + 1 + Random.Next(Profile.Accounts - 1)) % Profile.Accounts;
        var amount = Random.Between(1, 100);
        return [new TransactionStep(StepKind.Add, Name('a', from), -amount), new TransactionStep(StepKind.Add, Name('a', to), amount)];
    }
}
