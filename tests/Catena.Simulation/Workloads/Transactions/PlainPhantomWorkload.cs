using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that put keys into a range by plain commands, beside transactions that look through the range and append to a list elsewhere.</summary>
/// <remarks>
/// Who has put a key reads the list, and whoever is not on it yet comes later, and so has seen the key. A plain command that passed a range which a transaction has looked through, and is about to commit on,
/// would break that. A range's keys are put once each and stay; when all are there, another range takes its place.
/// </remarks>
internal sealed class PlainPhantomWorkload(TransactionProfile profile, Prng random) : TransactionWorkload(profile, random)
{
    private const int Places = 12;
    private const int RangesReadLast = 4;
    private int _range;
    private int _put;
    private long _lastNumber;

    /// <inheritdoc />
    internal override IEnumerable<TransactionRequest> LastReads =>
        Enumerable.Range(Math.Max(0, _range - RangesReadLast + 1), Math.Min(RangesReadLast, _range + 1))
            .Select(range => new TransactionRequest([Scan(range), TransactionStep.Read(ListOf(range))]) { Interaction = new Interaction(InteractionEnd.Commit) });

    /// <inheritdoc />
    internal override void Work(TransactionClient client)
    {
        if (Random.Chance(0.5))
        {
            var range = _range;
            Ask(client, new TransactionRequest([]) { Interaction = DrawInteraction() with { Script = _ => [Scan(range), new TransactionStep(StepKind.Append, ListOf(range), ++_lastNumber)] } });
            return;
        }

        if (_put == Places)
        {
            _range++;
            _put = 0;
        }

        var read = new TransactionRequest([TransactionStep.Read(ListOf(_range))]) { IsPlain = true };
        var write = new TransactionRequest([new TransactionStep(StepKind.Write, KeyOf(_range, _put++), 1)]) { IsPlain = true };
        client.Ask(this, write, _ => client.Ask(this, read, _ => client.Rest()));
    }

    /// <inheritdoc />
    internal override (string Rule, string Detail)? Check()
    {
        for (var range = 0; range <= _range; range++)
        {
            if (new PlainPhantomSightings(Records, ListOf(range), KeyOf(range, 0)[..^2]).WhatIsWrong() is { } wrong)
            {
                return ("plain phantoms", wrong);
            }
        }

        return null;
    }

    private static string ListOf(int range) => Name('m', range);

    private static string KeyOf(int range, int place) => string.Create(CultureInfo.InvariantCulture, $"{{r{range}}}k{place:00}");

    private static TransactionStep Scan(int range) =>
        new(StepKind.Scan, KeyOf(range, 0), Places + 1) { End = string.Create(CultureInfo.InvariantCulture, $"{{r{range}}}l") };
}
