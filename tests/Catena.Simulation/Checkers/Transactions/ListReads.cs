using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Goes through the transactions of a history of lists, and checks each against itself.</summary>
internal static class ListReads
{
    /// <summary>What is known of each key.</summary>
    /// <param name="table">The history; what is wrong with single transactions is noted there.</param>
    public static SortedDictionary<string, ListKey> Collect(TransactionTable table)
    {
        var keys = new SortedDictionary<string, ListKey>(StringComparer.Ordinal);
        for (var place = 0; place < table.History.Count; place++)
        {
            foreach (var step in table.History[place].Operations.Where(step => step.Kind == MicroOperationKind.Append))
            {
                KeyOf(keys, step.Key).Appends.Add((place, step.Value!.Value));
            }
        }

        foreach (var place in table.Answered)
        {
            CollectReads(table, place, keys);
        }

        return keys;
    }

    private static void CollectReads(TransactionTable table, int place, SortedDictionary<string, ListKey> keys)
    {
        var own = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        var seen = new Dictionary<string, ListSighting>(StringComparer.Ordinal);
        foreach (var step in table.History[place].Operations)
        {
            if (!own.TryGetValue(step.Key, out var appended))
            {
                own.Add(step.Key, appended = []);
            }

            if (step.Kind == MicroOperationKind.Append)
            {
                appended.Add(step.Value!.Value);
                continue;
            }

            var list = step.List ?? [];
            var fits = EndsWith(list, appended);
            var sighting = new ListSighting(place, list, fits ? appended.Count : 0, !seen.TryGetValue(step.Key, out var before));
            if (!fits || (before is not null && !IsSame(before, sighting)))
            {
                var expected = before is null
                    ? $"it had appended [{string.Join(' ', appended)}]"
                    : $"it had read {MicroOperation.ReadList(step.Key, before.List)} and appended [{string.Join(' ', appended)}] in all";
                table.Add(AnomalyKind.Internal, [place], $"T{place} read {step}, though {expected} before");
            }

            if (fits)
            {
                KeyOf(keys, step.Key).Sightings.Add(sighting);
                seen.TryAdd(step.Key, sighting);
            }
        }
    }

    private static bool EndsWith(IReadOnlyList<long> list, List<long> end)
    {
        var matches = list.Count >= end.Count;
        for (var index = 0; matches && index < end.Count; index++)
        {
            matches = list[list.Count - end.Count + index] == end[index];
        }

        return matches;
    }

    private static bool IsSame(ListSighting before, ListSighting now)
    {
        var same = before.Foreign == now.Foreign;
        for (var index = 0; same && index < now.Foreign; index++)
        {
            same = before.List[index] == now.List[index];
        }

        return same;
    }

    private static ListKey KeyOf(SortedDictionary<string, ListKey> keys, string name)
    {
        if (!keys.TryGetValue(name, out var key))
        {
            keys.Add(name, key = new ListKey());
        }

        return key;
    }
}
