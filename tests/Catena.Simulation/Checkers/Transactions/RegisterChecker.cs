using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Decides whether a history of transactions that write and read registers is strictly serializable.</summary>
/// <remarks>
/// <para>
/// In the manner of Elle (Kingsbury and Alvaro, 2021). A register tells only its newest value, so the order of a key's versions has to be inferred: it is absent before
/// all of them; a transaction that read one and wrote another put the other after the one; what a transaction read from others orders their versions
/// (<see cref="RegisterOrders" />); and a version that was seen by a transaction that had returned before one was called that saw another is the
/// older of the two. What is found is wrong for certain, but writes whose order none of this tells leave a little more unfound
/// than lists do (<see cref="ListAppendChecker" />).
/// </para>
/// <para>Transactions of unknown outcome happened if a value of theirs was read, and otherwise count for nothing. Nothing is ever removed.</para>
/// </remarks>
public static class RegisterChecker
{
    /// <summary>Checks a history.</summary>
    /// <param name="history">The transactions, in any order.</param>
    /// <exception cref="ArgumentException">The history is not one of registers, or its times make no sense.</exception>
    public static TransactionReport Check(IEnumerable<TransactionOperation> history)
    {
        var table = new TransactionTable(history, MicroOperationKind.Write);
        var keys = RegisterReads.Collect(table);
        table.FindLostUpdates(keys.SelectMany(key => key.Value.Updates.Select(update => (update.Transaction, key.Key, update.Read))));
        RegisterOrders.Find(table, keys);
        var graph = table.Graph();
        foreach (var (name, key) in keys)
        {
            AddReads(graph, name, key);
            AddAbsence(graph, name, key);
            AddOrders(graph, key);
            AddTimes(graph, name, key);
        }

        return new TransactionReport(graph.ByCall.Count, [.. table.Anomalies, .. CycleFinder.Find(graph, table.History)]);
    }

    /// <summary>Who wrote a version comes before who read it.</summary>
    private static void AddReads(DependencyGraph graph, string name, RegisterKey key)
    {
        foreach (var version in key.Versions)
        {
            if (version.Writer is { } writer)
            {
                var evidence = new Evidence(EvidenceKind.ValueRead, name, Newer: version.Value);
                version.Readers.ForEach(reader => graph.Add(new Dependency(writer, reader, DependencyKinds.WriteRead, evidence)));
            }
        }
    }

    /// <summary>Who found nothing comes before all who wrote.</summary>
    private static void AddAbsence(DependencyGraph graph, string name, RegisterKey key)
    {
        if (key.Absence.Readers.Count == 0)
        {
            return;
        }

        var hub = graph.AddHub();
        foreach (var version in key.Versions)
        {
            if (version.Writer is { } writer)
            {
                graph.AddMember(hub, writer, new Evidence(EvidenceKind.AbsentAtFirst, name, null, version.Value));
            }
        }

        key.Absence.Readers.ForEach(reader => graph.AddToHub(reader, hub, DependencyKinds.ReadWrite));
    }

    /// <summary>Who wrote or read a version comes before who wrote one that is newer by what transactions tell.</summary>
    private static void AddOrders(DependencyGraph graph, RegisterKey key)
    {
        foreach (var orders in key.Orders.GroupBy(order => order.Older))
        {
            var successors = orders.Select(order => (order.Transaction, order.Evidence));
            AddSuccessors(graph, orders.Key, [.. successors], DependencyKinds.WriteWrite, DependencyKinds.ReadWrite);
        }
    }

    /// <summary>Who wrote or read a version comes before who wrote one that is newer by real time.</summary>
    private static void AddTimes(DependencyGraph graph, string name, RegisterKey key)
    {
        var succession = new RegisterSuccession(key);
        foreach (var version in key.Versions)
        {
            var successors = new List<(int Transaction, Evidence Evidence)>();
            foreach (var next in succession.After(version))
            {
                if (next.Writer is { } writer)
                {
                    var evidence = new Evidence(EvidenceKind.VersionsInTime, name, version.Value, next.Value)
                    {
                        Earlier = version.FirstReturn.Transaction,
                        Later = next.LastCall.Transaction,
                    };
                    successors.Add((writer, evidence));
                }
            }

            AddSuccessors(graph, version, successors, DependencyKinds.WriteWriteByTime, DependencyKinds.ReadWriteByTime);
        }
    }

    private static void AddSuccessors(
        DependencyGraph graph, RegisterVersion version, List<(int Transaction, Evidence Evidence)> successors, DependencyKinds ofWriter, DependencyKinds ofReader)
    {
        if (successors.Count == 0)
        {
            return;
        }

        var hub = graph.AddHub();
        successors.ForEach(successor => graph.AddMember(hub, successor.Transaction, successor.Evidence));
        if (version.Writer is { } writer)
        {
            graph.AddToHub(writer, hub, ofWriter);
        }

        version.Readers.ForEach(reader => graph.AddToHub(reader, hub, ofReader));
    }
}
