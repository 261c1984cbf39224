using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that write registers one by one, each once, and read several at once.</summary>
/// <remarks>
/// Of two writes that have nothing to do with each other one reader must not see the first without the second, and another one the second without the first: a long fork, which snapshots show that are
/// not of one moment. As each register is written once, who finds it absent comes before its write, so that <see cref="RegisterChecker" /> misses none.
/// </remarks>
internal sealed class LongForkWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private const int GroupsReadLast = 4;
    private int _group;
    private int _written;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads =>
        Enumerable.Range(Math.Max(0, _group - GroupsReadLast + 1), Math.Min(GroupsReadLast, _group + 1)).Select(group => new TransactionRequest(Reads(group)));

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        if (Random.Chance(Profile.ReadShare))
        {
            // The last writes of the group before may be under way still.
            Ask(client, new TransactionRequest(Reads(Math.Max(0, _group - (Random.Chance(0.2) ? 1 : 0)))));
            return;
        }

        if (_written == Profile.ForkKeys)
        {
            _group++;
            _written = 0;
        }

        var write = new TransactionStep(StepKind.Write, Register(_group, _written++), 1);
        Ask(client, new TransactionRequest([write]) { IsPlain = Random.Chance(Profile.PlainShare) });
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var report = RegisterChecker.Check(Records.Select(record => record.ToRegisters()));
        return report.IsValid ? null : ("serializability", report.Explanation);
    }

    private static string Register(int group, int number) => string.Create(CultureInfo.InvariantCulture, $"f{group}.{number}");

    private IReadOnlyList<TransactionStep> Reads(int group) =>
        [.. Enumerable.Range(0, Profile.ForkKeys).Select(number => TransactionStep.Read(Register(group, number)))];
}
