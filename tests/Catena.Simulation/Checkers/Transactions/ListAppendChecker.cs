using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Decides whether a history of transactions that append to lists and read them is strictly serializable.</summary>
/// <remarks>
/// <para>
/// In the manner of Elle (Kingsbury and Alvaro, "Elle: Inferring isolation anomalies from experimental observations", VLDB 2021): since every value is
/// appended once, a list that was read tells the order of all the writes before, and so which transaction must come before which. What is found is
/// wrong for certain; with many reads little is missed, though appends that nobody read leave their order open.
/// </para>
/// <para>
/// Transactions of unknown outcome happened if a value of theirs was read, and otherwise count for nothing. An append that was acknowledged must be in
/// every list read after it. One that is missing in the longest list comes after all who read that list; if one of them was called
/// after the append had returned, that closes a cycle.
/// </para>
/// <para>Works in about linear time and space, in the total length of the lists.</para>
/// </remarks>
public static class ListAppendChecker
{
    /// <summary>Checks a history.</summary>
    /// <param name="history">The transactions, in any order.</param>
    /// <exception cref="ArgumentException">The history is not one of lists, or its times make no sense.</exception>
    public static TransactionReport Check(IEnumerable<TransactionOperation> history)
    {
        var table = new TransactionTable(history, MicroOperationKind.Append);
        var keys = ListReads.Collect(table);
        foreach (var (name, key) in keys)
        {
            ListOrders.Find(table, name, key);
        }

        table.FindLostUpdates(Updates(keys));
        var graph = table.Graph();
        foreach (var (name, key) in keys)
        {
            AddReads(graph, table, name, key);
            AddOrder(graph, table, name, key);
            AddUnseen(graph, table, name, key);
        }

        return new TransactionReport(graph.ByCall.Count, [.. table.Anomalies, .. CycleFinder.Find(graph, table.History)]);
    }

    private static IEnumerable<(int Transaction, string Key, long? Version)> Updates(SortedDictionary<string, ListKey> keys)
    {
        foreach (var (name, key) in keys)
        {
            var writers = key.Appends.Select(append => append.Transaction).ToHashSet();
            foreach (var sighting in key.Sightings.Where(sighting => sighting.IsFirst && writers.Contains(sighting.Transaction)))
            {
                yield return (sighting.Transaction, name, sighting.Newest);
            }
        }
    }

    /// <summary>Who appended the last value of a list comes before who read it.</summary>
    private static void AddReads(DependencyGraph graph, TransactionTable table, string name, ListKey key)
    {
        foreach (var sighting in key.Sightings.Where(sighting => sighting.IsFirst))
        {
            if (sighting.Newest is { } newest && table.WriterOf(name, newest) is { } writer)
            {
                graph.Add(new Dependency(
                    writer.Transaction, sighting.Transaction, DependencyKinds.WriteRead, new Evidence(EvidenceKind.ValueRead, name, Newer: newest)));
            }
        }
    }

    /// <summary>Who appended a value of the longest list, or read the list up to it, comes before who appended the next one.</summary>
    private static void AddOrder(DependencyGraph graph, TransactionTable table, string name, ListKey key)
    {
        var longest = key.Longest;
        var readers = key.Sightings.Where(sighting => sighting.IsFirst && EndsWithin(sighting, longest)).ToLookup(sighting => sighting.Foreign);
        for (var index = 0; index < longest.Count; index++)
        {
            if (table.WriterOf(name, longest[index]) is not { } writer)
            {
                continue;
            }

            var older = index > 0 ? longest[index - 1] : (long?)null;
            var evidence = new Evidence(EvidenceKind.ListOrder, name, older, longest[index]);
            if (older is { } value && table.WriterOf(name, value) is { } before)
            {
                graph.Add(new Dependency(before.Transaction, writer.Transaction, DependencyKinds.WriteWrite, evidence));
            }

            foreach (var reader in readers[index])
            {
                graph.Add(new Dependency(reader.Transaction, writer.Transaction, DependencyKinds.ReadWrite, evidence));
            }
        }
    }

    /// <summary>Who read all of the longest list comes before whoever appended a value that is not in it.</summary>
    private static void AddUnseen(DependencyGraph graph, TransactionTable table, string name, ListKey key)
    {
        var longest = key.Longest;
        var seen = longest.ToHashSet();
        var unseen = key.Appends.Where(append => table.Happened[append.Transaction] && !seen.Contains(append.Value)).ToList();
        if (unseen.Count == 0)
        {
            return;
        }

        var last = longest.Count > 0 ? longest[^1] : (long?)null;
        var hub = graph.AddHub();
        foreach (var (transaction, value) in unseen)
        {
            graph.AddMember(hub, transaction, new Evidence(EvidenceKind.NotInLongestList, name, last, value));
        }

        // Who appended the last value of the list is before them too, over whoever read that value; it may have been the only one that did.
        foreach (var sighting in key.Sightings.Where(sighting => sighting.List.Count == longest.Count && (last is null || sighting.List[^1] == last)))
        {
            graph.AddToHub(sighting.Transaction, hub, DependencyKinds.ReadWrite);
        }
    }

    /// <summary>Whether what a sighting shows of others is a beginning of the longest list; where lists contradict each other it need not be.</summary>
    private static bool EndsWithin(ListSighting sighting, IReadOnlyList<long> longest) =>
        sighting.Foreign <= longest.Count && (sighting.Newest is not { } newest || longest[sighting.Foreign - 1] == newest);
}
