using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Finds the cycles of a dependency graph and names them.</summary>
/// <remarks>
/// A history is strictly serializable only if the graph has no cycle. Of each strongly connected component one cycle is reported, one of those that break the
/// most: first without real time, then with it, and each time first with writes alone, then with reads of them, then with one anti-dependency,
/// then with several. An order of writes that is known from time alone comes last: it explains less than the reads and times behind it.
/// </remarks>
internal static class CycleFinder
{
    private static readonly DependencyKinds[] Stages =
    [
        DependencyKinds.WriteWrite,
        DependencyKinds.WriteWrite | DependencyKinds.WriteRead,
        DependencyKinds.WriteWrite | DependencyKinds.WriteRead | DependencyKinds.ReadWrite,
        DependencyKinds.WriteWrite | DependencyKinds.RealTime,
        DependencyKinds.WriteWrite | DependencyKinds.RealTime | DependencyKinds.WriteRead,
        DependencyKinds.All & ~DependencyKinds.WriteWriteByTime,
        DependencyKinds.All,
    ];

    /// <summary>A cycle of each component.</summary>
    public static IReadOnlyList<Anomaly> Find(DependencyGraph graph, IReadOnlyList<TransactionOperation> history)
    {
        var found = new List<Anomaly>();
        var components = ComponentSearch.Find(graph, DependencyKinds.All);
        if (components.Count == 0)
        {
            return found;
        }

        var componentOf = new int[graph.Count];
        for (var component = 0; component < components.Count; component++)
        {
            foreach (var place in components[component])
            {
                componentOf[place] = component;
            }
        }

        var isTold = new bool[components.Count];
        foreach (var stage in Stages)
        {
            var told = new List<int>();
            foreach (var part in ComponentSearch.Find(graph, stage).Where(part => !isTold[componentOf[part[0]]]))
            {
                told.Add(componentOf[part[0]]);
                found.Add(CycleReport.Tell(Cycle(new CycleSearch(graph, part), stage), history));
            }

            told.ForEach(component => isTold[component] = true);
        }

        return found;
    }

    private static IReadOnlyList<Dependency> Cycle(CycleSearch search, DependencyKinds stage)
    {
        var antiDependencies = stage & DependencyKinds.AnyReadWrite;
        var cycle = antiDependencies == 0 ? null : search.Shortest(antiDependencies, stage & ~antiDependencies);
        return cycle ?? search.Shortest(stage, stage) ?? throw new InvalidOperationException("A strongly connected component has no cycle.");
    }
}
