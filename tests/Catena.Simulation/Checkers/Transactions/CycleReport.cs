using System.Globalization;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Names a cycle and says why each of its dependencies is there.</summary>
internal static class CycleReport
{
    /// <summary>The cycle for people, told from the transaction that was called first.</summary>
    public static Anomaly Tell(IReadOnlyList<Dependency> cycle, IReadOnlyList<TransactionOperation> history)
    {
        var first = Enumerable.Range(0, cycle.Count).MinBy(index => (history[cycle[index].From].Call, cycle[index].From));
        IReadOnlyList<Dependency> told = [.. cycle.Skip(first), .. cycle.Take(first)];
        return Anomaly.Tell(KindOf(told), history, [.. told.Select(dependency => dependency.From)], told.Select(dependency => Reason(dependency, history)));
    }

    private static AnomalyKind KindOf(IReadOnlyList<Dependency> cycle)
    {
        var antiDependencies = cycle.Count(dependency => (dependency.Kind & DependencyKinds.AnyReadWrite) != 0);
        var reads = cycle.Any(dependency => dependency.Kind == DependencyKinds.WriteRead);
        var takesTime = cycle.Any(dependency => (dependency.Kind & DependencyKinds.AnyTime) != 0);
        return (antiDependencies, reads) switch
        {
            (0, false) => takesTime ? AnomalyKind.G0RealTime : AnomalyKind.G0,
            (0, true) => takesTime ? AnomalyKind.G1cRealTime : AnomalyKind.G1c,
            (1, _) => takesTime ? AnomalyKind.GSingleRealTime : AnomalyKind.GSingle,
            _ => takesTime ? AnomalyKind.G2RealTime : AnomalyKind.G2,
        };
    }

    private static string Reason(Dependency dependency, IReadOnlyList<TransactionOperation> history) => string.Create(
        CultureInfo.InvariantCulture,
        $"T{dependency.From} -{NameOf(dependency.Kind)}-> T{dependency.To}: {Why(dependency, history)}");

    private static string NameOf(DependencyKinds kind) => kind switch
    {
        DependencyKinds.WriteWrite or DependencyKinds.WriteWriteByTime => "ww",
        DependencyKinds.WriteRead => "wr",
        DependencyKinds.ReadWrite or DependencyKinds.ReadWriteByTime => "rw",
        _ => "rt",
    };

    private static FormattableString Plain(Dependency dependency, IReadOnlyList<TransactionOperation> history)
    {
        var (from, to, _, evidence) = dependency;
        var (key, older, newer) = (evidence.Key, Version(evidence.Older), evidence.Newer);
        return evidence.Kind switch
        {
            EvidenceKind.RealTime => $"T{from} returned at {history[from].Return}, before T{to} was called at {history[to].Call}",
            EvidenceKind.Process => $"process {history[from].Process} called T{to} after T{from} had returned",
            EvidenceKind.ValueRead => $"T{to} read {newer} of key {key}, which T{from} wrote",
            EvidenceKind.NotInLongestList => $"T{to} appended {newer} to key {key}, which is not in the longest list read, whose end is {older}",
            EvidenceKind.ListOrder => $"T{to} appended {newer} to key {key} next after {older}",
            EvidenceKind.AbsentAtFirst => $"T{to} wrote {newer} to key {key}, which was absent before all writes",
            EvidenceKind.ReadThenWritten => $"T{to} read {older} of key {key}, and wrote {newer} over it",
            EvidenceKind.WrittenAfterRead => $"T{to} read from T{evidence.Earlier}, which wrote {older} to key {key}, and wrote {newer} over it",
            EvidenceKind.ReadTogether => $"T{to} wrote {newer} to key {key}, which came after {older}: T{evidence.Later} read from T{evidence.Earlier}, which wrote {older}, and yet read {newer}",
            _ => $"T{to} wrote {newer} to key {key}, which came after {older}: T{evidence.Earlier}, which saw {older}, returned at {history[evidence.Earlier].Return}, before T{evidence.Later}, which saw {newer}, was called at {history[evidence.Later].Call}",
        };
    }

    private static string Why(Dependency dependency, IReadOnlyList<TransactionOperation> history)
    {
        var plain = FormattableString.Invariant(Plain(dependency, history));
        var (key, older) = (dependency.Evidence.Key, Version(dependency.Evidence.Older));
        return dependency.Kind switch
        {
            DependencyKinds.ReadWrite or DependencyKinds.ReadWriteByTime => FormattableString.Invariant($"T{dependency.From} read key {key} as of {older}; {plain}"),
            DependencyKinds.WriteWrite or DependencyKinds.WriteWriteByTime => FormattableString.Invariant($"T{dependency.From} wrote {older} to key {key}; {plain}"),
            _ => plain,
        };
    }

    private static string Version(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "nothing";
}
