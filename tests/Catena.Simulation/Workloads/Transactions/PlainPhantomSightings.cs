using System.Globalization;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What clients of the plain phantom workload have seen of one range and its list.</summary>
/// <param name="records">What they did.</param>
/// <param name="list">The list.</param>
/// <param name="keys">What the range's keys begin with.</param>
internal sealed class PlainPhantomSightings(IReadOnlyList<TransactionRecord> records, string list, string keys)
{
    private readonly List<(string Key, long Return)> _puts = [];
    private readonly List<(TransactionRecord Record, HashSet<long> Numbers)> _reads = [];
    private readonly List<(TransactionRecord Record, long Number, IReadOnlyList<string> Keys)> _looks = [];
    private List<long> _order = [];

    /// <summary>Judges all of it.</summary>
    /// <returns>What cannot be; null where all may be.</returns>
    internal string? WhatIsWrong()
    {
        foreach (var record in records.Where(record => record.Answer.IsCarriedOut))
        {
            Take(record);
        }

        return WhatWasPassed() ?? WhatIsOutOfOrder();
    }

    /// <summary>Who is not on the list when it is read comes later than all that was answered before.</summary>
    private string? WhatWasPassed()
    {
        foreach (var (read, numbers) in _reads)
        {
            foreach (var (look, number, seen) in _looks.Where(look => !numbers.Contains(look.Number)))
            {
                if (look.Return < read.Call)
                {
                    return $"{number} was appended to {list} and is not there: {Tell(look)}; then {Tell(read)}";
                }

                foreach (var (key, _) in _puts.Where(put => put.Return < read.Call && !seen.Contains(put.Key)))
                {
                    return $"{key} was there before {number} was appended to {list}, whose transaction has not seen it: {Tell(look)}; before it {Tell(read)}";
                }
            }
        }

        return null;
    }

    /// <summary>Keys stay, so that whoever is later on the list has seen all that those before him have.</summary>
    private string? WhatIsOutOfOrder()
    {
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var look in _looks.Where(look => _order.Contains(look.Number)).OrderBy(look => _order.IndexOf(look.Number)))
        {
            if (!before.IsSubsetOf(look.Keys))
            {
                return $"{look.Number} on {list} has not seen all keys that one before it has seen: {Tell(look.Record)}";
            }

            before.UnionWith(look.Keys);
        }

        return null;
    }

    private static string Tell(TransactionRecord record) => $"client {record.Client}, {string.Join(", ", record.Steps)} -> {record.Answer}";

    private void Take(TransactionRecord record)
    {
        var reads = 0;
        IReadOnlyList<string> seen = [];
        foreach (var step in record.Steps)
        {
            var found = step.Reads ? record.Answer.Read![reads++] : default;
            switch (step.Kind)
            {
                case StepKind.Write when step.Key.StartsWith(keys, StringComparison.Ordinal):
                    _puts.Add((step.Key, record.Return!.Value));
                    break;
                case StepKind.Scan when step.Key.StartsWith(keys, StringComparison.Ordinal):
                    seen = found.Range!.Keys;
                    break;
                case StepKind.Append when step.Key == list:
                    _looks.Add((record, step.Number, seen));
                    break;
                case StepKind.Read when step.Key == list:
                    TakeList(record, found.Value);
                    break;
            }
        }
    }

    private void TakeList(TransactionRecord record, string? text)
    {
        List<long> numbers = [.. (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(item => long.Parse(item, CultureInfo.InvariantCulture))];
        _reads.Add((record, [.. numbers]));
        _order = numbers.Count > _order.Count ? numbers : _order;
    }
}
