using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Finds the order of each key's values, and what contradicts it.</summary>
internal static class ListOrders
{
    /// <summary>Sets the longest list of a key, and notes who happened. Lists that hold a value twice are left out; they say nothing of an order.</summary>
    public static void Find(TransactionTable table, string name, ListKey key)
    {
        var byLength = key.Sightings.OrderByDescending(sighting => sighting.List.Count).ToList();
        ListSighting? longest = null;
        var isContradicted = false;
        foreach (var sighting in byLength)
        {
            if (longest is not null && IsPrefix(sighting.List, longest.List))
            {
                ObserveNewest(table, name, sighting);
                continue;
            }

            if (Repeated(sighting.List) is { } repeated)
            {
                table.Add(
                    AnomalyKind.DuplicateElements,
                    [sighting.Transaction],
                    FormattableString.Invariant($"T{sighting.Transaction} read {MicroOperation.ReadList(name, sighting.List)}, in which {repeated} is twice"));
                key.Sightings.Remove(sighting);
                continue;
            }

            ObserveAll(table, name, sighting);
            if (longest is null)
            {
                longest = sighting;
            }
            else if (!isContradicted)
            {
                isContradicted = true;
                Contradict(table, name, longest, sighting);
            }
        }

        key.Longest = longest?.List ?? [];
    }

    private static void Contradict(TransactionTable table, string name, ListSighting longest, ListSighting sighting)
    {
        var index = Enumerable.Range(0, sighting.List.Count).First(index => sighting.List[index] != longest.List[index]);
        table.Add(
            AnomalyKind.IncompatibleOrder,
            [longest.Transaction, sighting.Transaction],
            FormattableString.Invariant($"of key {name}, T{longest.Transaction} read {longest.List[index]} in place {index}, and T{sighting.Transaction} read {sighting.List[index]} there"));
    }

    private static void ObserveAll(TransactionTable table, string name, ListSighting sighting)
    {
        for (var index = 0; index < sighting.List.Count; index++)
        {
            table.Observe(sighting.Transaction, name, sighting.List[index], isForeign: index < sighting.Foreign, isNewest: index == sighting.Foreign - 1);
        }
    }

    private static void ObserveNewest(TransactionTable table, string name, ListSighting sighting)
    {
        if (sighting.Newest is { } newest)
        {
            table.Observe(sighting.Transaction, name, newest, isForeign: true, isNewest: true);
        }
    }

    private static bool IsPrefix(IReadOnlyList<long> list, IReadOnlyList<long> longer)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] != longer[index])
            {
                return false;
            }
        }

        return true;
    }

    private static long? Repeated(IReadOnlyList<long> list)
    {
        var values = new HashSet<long>();
        foreach (var value in list)
        {
            if (!values.Add(value))
            {
                return value;
            }
        }

        return null;
    }
}
