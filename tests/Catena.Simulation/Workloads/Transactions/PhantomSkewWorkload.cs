using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that look whether one range of a pair is empty, and add keys to the other only if it is.</summary>
/// <remarks>
/// Who adds does not look at the range that he adds to, so that nothing but the locked range that another has found empty keeps the two from adding a key each: write skew on keys that are not
/// there yet. Keys are removed by anybody, by plain commands too: that never breaks the rule.
/// </remarks>
internal sealed class PhantomSkewWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private const int Places = 6;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => Enumerable.Range(0, Profile.Pairs).Select(pair =>
        new TransactionRequest([Scan(pair, 0, Places + 1), Scan(pair, 1, Places + 1)]) { Interaction = new Interaction(InteractionEnd.Commit) });

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        var pair = Random.Next(Profile.Pairs);
        var side = Random.Next(2);
        if (Random.Chance(Profile.PlainShare / 2))
        {
            Ask(client, new TransactionRequest([new TransactionStep(StepKind.Delete, KeyOf(pair, side, Random.Next(Places)), 0)]) { IsPlain = true });
        }
        else if (Random.Chance(Profile.ReadShare / 2))
        {
            Ask(client, new TransactionRequest([Scan(pair, side, DrawLimit()), Scan(pair, 1 - side, DrawLimit())]) { Interaction = DrawInteraction() });
        }
        else
        {
            Ask(client, new TransactionRequest([]) { Interaction = DrawInteraction() with { Script = found => Change(pair, side, found) } });
        }
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        var wrong = Records.FirstOrDefault(record => record.Answer.IsCarriedOut && record.Answer.Read!.Count(read => read.Range!.Keys.Count > 0) > 1);
        return wrong is null ? null : ("phantom skew", $"both of a pair had keys: client {wrong.Client}, {string.Join(", ", wrong.Steps)} -> {wrong.Answer}");
    }

    private static string KeyOf(int pair, int side, int place) => string.Create(CultureInfo.InvariantCulture, $"{{{(side == 0 ? 'x' : 'y')}{pair}}}k{place}");

    private static TransactionStep Scan(int pair, int side, int limit) => new(StepKind.Scan, KeyOf(pair, side, 0), limit) { End = KeyOf(pair, side, Places) };

    /// <summary>How many keys are asked for: one is enough to know that there is any.</summary>
    private int DrawLimit() => Random.Chance(0.5) ? 1 : Places + 1;

    /// <summary>Adds a key to the range of one side, if the other is empty or can be emptied.</summary>
    private IEnumerable<TransactionStep> Change(int pair, int side, IReadOnlyList<KeyRead> found)
    {
        yield return Scan(pair, 1 - side, DrawLimit());
        var others = found[^1].Range!;
        foreach (var key in others.Keys)
        {
            yield return new TransactionStep(StepKind.Delete, key, 0);
        }

        if (others.Next is null)
        {
            yield return new TransactionStep(StepKind.Write, KeyOf(pair, side, Random.Next(Places)), 1);
        }
    }
}
