using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Coordination;
using Catena.Simulation.Disks;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Timelines;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Tables;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Running;

/// <summary>What one simulation is to be.</summary>
/// <param name="Seed">Decides everything that is drawn.</param>
/// <param name="System">Builds what is tried out.</param>
public sealed record SimulationOptions(ulong Seed, Func<SimulationContext, ISimulatedSystem> System)
{
    /// <summary>Virtual time under faults.</summary>
    public long Length { get; init; } = 30 * Duration.Second;

    /// <summary>Virtual time within which every client must have got answers once faults have stopped.</summary>
    public long ProgressLimit { get; init; } = 120 * Duration.Second;

    /// <summary>Virtual time for what was under way when faults stopped.</summary>
    public long SettleTime { get; init; } = 2 * Duration.Second;

    /// <summary>The answers that each client must get then.</summary>
    public int ProgressAnswers { get; init; } = 3;

    /// <summary>The steps that the check of one key may take.</summary>
    public long StepLimit { get; init; } = LinearizabilityChecker.DefaultStepLimit;

    /// <summary>The faults, in place of those that are drawn; for tests.</summary>
    public FaultProfile? Faults { get; init; }

    /// <summary>The network, in place of the one that is drawn; for tests.</summary>
    public NetworkProfile? Network { get; init; }

    /// <summary>The coordinator, in place of the one that is drawn; for tests.</summary>
    public CoordinatorProfile? Coordinator { get; init; }

    /// <summary>The clients, in place of those that are drawn; for tests.</summary>
    public WorkloadProfile? Workload { get; init; }

    /// <summary>What clients of transactions do; null to draw it.</summary>
    public TransactionProfile? Transactions { get; init; }

    /// <summary>What clients of named tables do; null to draw it.</summary>
    public TableProfile? Tables { get; init; }

    /// <summary>Every node's clock, in place of those that are drawn; for tests.</summary>
    public Func<NodeId, ClockProfile>? Clock { get; init; }

    /// <summary>Every node's disk, in place of those that are drawn; for tests.</summary>
    public DiskProfile? Disk { get; init; }

    /// <summary>Keeps what happens, for <see cref="TimelinePage" />; null for nobody.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Receives a readable trace.</summary>
    public Action<string>? Trace { get; init; }
}
