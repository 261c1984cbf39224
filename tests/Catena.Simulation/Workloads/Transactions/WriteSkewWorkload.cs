using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that switch registers of pairs on and off, each on only where the other of its pair is off.</summary>
/// <remarks>
/// Two clients that each find both off and switch on one each do what neither alone would do: write skew, which transactions show that do not keep what they have only read. A
/// register is on where its number is odd, and every number is written once, so that the registers can be judged as such too.
/// </remarks>
internal sealed class WriteSkewWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private long _lastValue;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => Enumerable.Range(0, Profile.Pairs).Select(pair => new TransactionRequest(Reads(pair)));

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        var pair = Random.Next(Profile.Pairs);
        if (Random.Chance(Profile.ReadShare / 2))
        {
            Ask(client, new TransactionRequest(Reads(pair)));
            return;
        }

        var side = Random.Next(2);
        Look(client, [Register(pair, side), Register(pair, 1 - side)], watched => Switch(client, watched[0], watched[1]));
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var history = Records.Select(record => record.ToRegisters()).ToList();
        if (history.FirstOrDefault(HasFoundBothOn) is { } wrong)
        {
            return ("write skew", $"both of a pair were on: {wrong}");
        }

        var report = RegisterChecker.Check(history);
        return report.IsValid ? null : ("serializability", report.Explanation);
    }

    /// <summary>Switches the one of a pair, provided that the other allows it.</summary>
    private void Switch(TransactionClient client, WatchedKey one, WatchedKey other)
    {
        // What is not needed for the rule is watched now and then only: then the rule hangs on little.
        var isCareful = Random.Chance(0.5);
        if (IsOn(one))
        {
            Ask(client, new TransactionRequest([Write(one.Key, isOn: false)]) { Watched = isCareful ? [one] : [] });
        }
        else if (!IsOn(other))
        {
            Ask(client, new TransactionRequest([Write(one.Key, isOn: true)]) { Watched = isCareful ? [one, other] : [other] });
        }
        else
        {
            Ask(client, new TransactionRequest([Write(other.Key, isOn: false), Write(one.Key, isOn: true)]) { Watched = isCareful ? [one, other] : [] });
        }
    }

    /// <summary>Whether a transaction that read a pair as it was at one moment, before it wrote to it, has found both on.</summary>
    private static bool HasFoundBothOn(TransactionOperation transaction)
    {
        var on = transaction.Operations.TakeWhile(step => step.Kind == MicroOperationKind.Read).Count(step => IsOn(step.Value));
        return transaction.Outcome == Outcome.Ok && on > 1;
    }

    private static bool IsOn(WatchedKey register) => register.Seen.Value is { } text && text[^1] % 2 != 0;

    private static bool IsOn(long? value) => value % 2 == 1;

    private static string Register(int pair, int side) => Name('s', 2 * pair + side);

    private static IReadOnlyList<TransactionStep> Reads(int pair) => [TransactionStep.Read(Register(pair, 0)), TransactionStep.Read(Register(pair, 1))];

    private TransactionStep Write(string key, bool isOn) => new(StepKind.Write, key, 2 * ++_lastValue + (isOn ? 1 : 0));
}
