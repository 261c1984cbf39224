using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that append to a few lists and read them, several at a time.</summary>
/// <remarks>Every number is appended once, so that a read tells whose writes it saw, and in which order they were.</remarks>
internal sealed class ListAppendWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private long _lastItem;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => [new TransactionRequest(ReadsOf('l', Profile.Lists))];

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        var isPlain = Random.Chance(Profile.PlainShare);
        var steps = isPlain ? 1 : (int)Random.Between(1, Profile.MaxSteps);
        Ask(client, new TransactionRequest([.. Enumerable.Range(0, steps).Select(_ => Step())]) { IsPlain = isPlain });
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var report = ListAppendChecker.Check(Records.Select(record => record.ToLists()));
        return report.IsValid ? null : ("serializability", report.Explanation);
    }

    private TransactionStep Step()
    {
        var key = Name('l', Random.Next(Profile.Lists));
        return Random.Chance(Profile.ReadShare) ? TransactionStep.Read(key) : new TransactionStep(StepKind.Append, key, ++_lastItem);
    }
}
