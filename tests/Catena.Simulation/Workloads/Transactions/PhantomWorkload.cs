using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that count the keys of a range, add one if there are not too many or remove one, and say elsewhere which there are now.</summary>
/// <remarks>
/// What was counted must still be all there is when the transaction is committed, keys included that were not there: otherwise two clients each add a key, and each says that there is
/// one more, or there are more than may be. A range's keys are those of a hash tag; beside it, mostly in another partition, is a register whose number tells them, a bit for each, above a number
/// that is used once. It is written without being read, so that nothing but the range keeps two clients apart.
/// </remarks>
internal sealed class PhantomWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    /// <summary>How many keys a range can have.</summary>
    internal const int Places = 10;

    private long _lastNumber;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads => Enumerable.Range(0, Profile.Ranges).Select(range =>
        new TransactionRequest([Scan(range, KeyOf(range, 0), Places + 1), TransactionStep.Read(RegisterOf(range))]) { Interaction = new Interaction(InteractionEnd.Commit) });

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        var range = Random.Next(Profile.Ranges);
        var reads = Random.Chance(Profile.ReadShare / 2);
        Ask(client, new TransactionRequest([]) { Interaction = DrawInteraction() with { Script = found => reads ? Look(range, found) : Change(range, found) } });
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        foreach (var record in Records.Where(record => record.Answer.IsCarriedOut))
        {
            if (new RangeSighting(record, Profile.RangeKeys).WhatIsWrong() is { } wrong)
            {
                return ("phantoms", $"{wrong}: client {record.Client}, {string.Join(", ", record.Steps)} -> {record.Answer}");
            }
        }

        var report = RegisterChecker.Check(Records.Select(record => record.ToRegisters(step => step.Key[0] == 'q')));
        return report.IsValid ? null : ("serializability", report.Explanation);
    }

    /// <summary>The bit that stands for a key of a range.</summary>
    internal static int BitOf(string key) => 1 << int.Parse(key.AsSpan(key.IndexOf('k', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>The keys that a register's number tells, a bit for each.</summary>
    internal static int KeysOf(long number) => (int)(number & ((1 << Places) - 1));

    private static string RegisterOf(int range) => Name('q', range);

    private static string KeyOf(int range, int place) => string.Create(CultureInfo.InvariantCulture, $"{{p{range}}}k{place:00}");

    private static TransactionStep Scan(int range, string from, int limit) =>
        new(StepKind.Scan, from, limit) { End = string.Create(CultureInfo.InvariantCulture, $"{{p{range}}}l") };

    /// <summary>Looks at a range and its register, in any order, at the range perhaps twice.</summary>
    private IEnumerable<TransactionStep> Look(int range, IReadOnlyList<KeyRead> found)
    {
        var registerFirst = Random.Chance(0.5);
        if (registerFirst)
        {
            yield return TransactionStep.Read(RegisterOf(range));
        }

        foreach (var step in LookThrough(range, found, []))
        {
            yield return step;
        }

        if (!registerFirst)
        {
            yield return TransactionStep.Read(RegisterOf(range));
        }

        foreach (var step in Random.Chance(0.3) ? LookThrough(range, found, []) : [])
        {
            yield return step;
        }
    }

    /// <summary>Looks at a range, and adds or removes a key.</summary>
    private IEnumerable<TransactionStep> Change(int range, IReadOnlyList<KeyRead> found)
    {
        if (Random.Chance(Profile.BlindShare))
        {
            // Now and then the order of the register's numbers shows.
            yield return TransactionStep.Read(RegisterOf(range));
        }

        // Where there are as many keys as there may be, there are no others, whether or not anybody has looked.
        var there = new SortedSet<string>(StringComparer.Ordinal);
        var steps = Random.Chance(0.3) ? LookThrough(range, found, there, Profile.RangeKeys, onePage: true) : LookThrough(range, found, there);
        foreach (var step in steps)
        {
            yield return step;
        }

        if (there.Count == 0 || (there.Count < Profile.RangeKeys && Random.Chance(0.6)))
        {
            var free = Enumerable.Range(0, Places).Select(place => KeyOf(range, place)).Where(key => !there.Contains(key)).ToList();
            var key = free[Random.Next(free.Count)];
            there.Add(key);
            yield return new TransactionStep(StepKind.Write, key, 1);
        }
        else
        {
            var key = there.ElementAt(Random.Next(there.Count));
            there.Remove(key);
            yield return new TransactionStep(StepKind.Delete, key, 0);
        }

        yield return new TransactionStep(StepKind.Write, RegisterOf(range), (++_lastNumber << Places) + there.Sum(BitOf));
        foreach (var step in Random.Chance(0.3) ? LookThrough(range, found, []) : [])
        {
            yield return step;
        }
    }

    /// <summary>Looks at all of a range, at once or page by page; or at one page only.</summary>
    private IEnumerable<TransactionStep> LookThrough(int range, IReadOnlyList<KeyRead> found, SortedSet<string> there, int limit = 0, bool onePage = false)
    {
        var size = limit > 0 ? limit : Random.Chance(0.5) ? Places + 1 : Random.Next(Places) + 1;
        for (var from = KeyOf(range, 0); from is not null;)
        {
            yield return Scan(range, from, size);
            var page = found[^1].Range!;
            there.UnionWith(page.Keys);
            from = onePage ? null : page.Next;
        }
    }
}
