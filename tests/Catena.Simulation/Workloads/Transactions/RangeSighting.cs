using System.Globalization;
using System.Numerics;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What one transaction of the phantom workload that was carried out has seen of its range: all of that must be of one moment.</summary>
/// <param name="record">The transaction.</param>
/// <param name="mostKeys">How many keys there may be.</param>
internal sealed class RangeSighting(TransactionRecord record, int mostKeys)
{
    private int? _before;
    private int _added;
    private int _removed;
    private int _pages;

    /// <summary>Goes through all that the transaction has done and seen.</summary>
    /// <returns>What cannot be; null where all may be.</returns>
    internal string? WhatIsWrong()
    {
        var reads = 0;
        var writesRegister = false;
        string? wrong = null;
        foreach (var step in record.Steps)
        {
            var read = step.Reads ? record.Answer.Read![reads++] : default;
            switch (step.Kind)
            {
                case StepKind.Scan:
                    wrong ??= TakePage(step, read.Range!);
                    break;
                case StepKind.Read when !writesRegister:
                    wrong ??= Take(read.Value is null ? 0 : PhantomWorkload.KeysOf(long.Parse(read.Value, CultureInfo.InvariantCulture)), "its register");
                    break;
                case StepKind.Write when step.Key[0] == 'q':
                    writesRegister = true;
                    break;
                case StepKind.Write:
                    _added = PhantomWorkload.BitOf(step.Key);
                    break;
                case StepKind.Delete:
                    _removed = PhantomWorkload.BitOf(step.Key);
                    break;
            }
        }

        return wrong;
    }

    private string? TakePage(TransactionStep step, RangeRead page)
    {
        if (page.Keys.Count > step.Number || page.Keys.Any(key => string.CompareOrdinal(key, step.Key) < 0 || string.CompareOrdinal(key, step.End) >= 0))
        {
            return "a page has keys that were not asked for";
        }

        // A page that goes on where another ended belongs to it; any other begins anew.
        _pages = (step.Key.EndsWith("k00", StringComparison.Ordinal) ? 0 : _pages) | page.Keys.Sum(PhantomWorkload.BitOf);
        if (page.Next is not null)
        {
            return null;
        }

        if ((_pages & _added) != _added || (_pages & _removed) != 0)
        {
            return "the transaction does not see what it has done itself";
        }

        return Take((_pages & ~_added) | _removed, "the range");
    }

    /// <summary>Takes what there was before the transaction has done anything.</summary>
    private string? Take(int keys, string source)
    {
        if (BitOperations.PopCount((uint)keys) > mostKeys)
        {
            return $"{source} has more keys than it may";
        }

        _before ??= keys;
        return _before == keys ? null : $"{source} shows other keys than what was seen before";
    }
}
