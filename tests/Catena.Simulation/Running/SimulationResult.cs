using Catena.Simulation.Faults;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Running;

/// <summary>How one simulation ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Unseed">The hash over everything that happened: the same each time for one seed.</param>
/// <param name="SimulatedTime">Virtual time in nanoseconds.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="Faults">How many faults struck.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="History">What the clients saw.</param>
public sealed record SimulationResult(
    ulong Seed,
    ulong Unseed,
    long SimulatedTime,
    ulong Events,
    int Faults,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<HistoryOperation> History)
{
    /// <summary>How many faults of each kind struck.</summary>
    public IReadOnlyDictionary<FaultKind, int> FaultsByKind { get; init; } = new SortedDictionary<FaultKind, int>();

    /// <summary>Whether no node could serve by itself in the end, so that progress was not demanded: all copies in doubt, an operator must choose.</summary>
    public bool NeedsOperator { get; init; }
}
