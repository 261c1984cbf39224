using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that write and read a few registers, several at a time: in one go, or deciding on what they have read, as between WATCH and EXEC.</summary>
/// <remarks>
/// Every number is written once, so that a read tells whose write it saw. A register does not tell the order of its writes. So most
/// writes are of transactions that have read the register before, which puts what they write after what they read.
/// </remarks>
internal sealed class ReadWriteWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private long _lastValue;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => [new TransactionRequest(ReadsOf('w', Profile.Registers))];

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        if (Random.Chance(Profile.WatchShare))
        {
            Look(client, Keys(), watched => Decide(client, watched));
        }
        else if (Random.Chance(Profile.PlainShare))
        {
            var key = Key();
            Ask(client, new TransactionRequest([Random.Chance(Profile.ReadShare) ? TransactionStep.Read(key) : Write(key)]) { IsPlain = true });
        }
        else
        {
            Ask(client, new TransactionRequest([.. Enumerable.Range(0, (int)Random.Between(1, Profile.MaxSteps)).SelectMany(_ => Steps(Key()))]));
        }
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var report = RegisterChecker.Check(Records.Select(record => record.ToRegisters()));
        return report.IsValid ? null : ("serializability", report.Explanation);
    }

    /// <summary>Writes some of what was read, and perhaps something else, provided that nothing of it has changed.</summary>
    private void Decide(TransactionClient client, IReadOnlyList<WatchedKey> watched)
    {
        var steps = watched.Where(_ => !Random.Chance(Profile.ReadShare)).Select(key => Write(key.Key)).ToList();
        if (steps.Count == 0 || Random.Chance(Profile.BlindShare))
        {
            steps.AddRange(Steps(Key()));
        }

        Ask(client, new TransactionRequest(steps) { Watched = watched });
    }

    private List<TransactionStep> Steps(string key) =>
        Random.Chance(Profile.ReadShare) ? [TransactionStep.Read(key)]
        : Random.Chance(Profile.BlindShare) ? [Write(key)]
        : [TransactionStep.Read(key), Write(key)];

    private List<string> Keys() => [.. Enumerable.Range(0, (int)Random.Between(1, Profile.MaxSteps)).Select(_ => Key()).Distinct(StringComparer.Ordinal)];

    private string Key() => Name('w', Random.Next(Profile.Registers));

    private TransactionStep Write(string key) => new(StepKind.Write, key, ++_lastValue);
}
