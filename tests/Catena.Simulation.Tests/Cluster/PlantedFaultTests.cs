using Catena.Core.Control;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Disks;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The simulator tried out: every rule that is left out, and every part of the world that is broken, must be caught within a few seeds.</summary>
/// <remarks>
/// The faults that strike, and the sizes, are chosen to provoke what the rule prevents; the seed that catches the broken cluster must pass with the sound one.
/// </remarks>
public sealed class PlantedFaultTests(ITestOutputHelper output)
{
    private static readonly ClusterProfile Small = new() { Nodes = 3, Partitions = 1, Replicas = 3, MinInSync = 2, Detection = Hasty };

    /// <summary>Suspects at the slightest silence, so that takeovers meet readers that still hold leases.</summary>
    private static FailureDetectorSettings Hasty => FailureDetectorSettings.Default with
    {
        BeaconIntervalNanos = 40 * Duration.Millisecond,
        MinSilenceNanos = 80 * Duration.Millisecond,
        Threshold = 1,
        SteadyNanos = 100 * Duration.Millisecond,
        FlapMemoryNanos = Duration.Second,
    };

    private static WorkloadProfile Busy => new()
    {
        Clients = 6,
        KeysOfKind = 1,
        MaxThink = 5 * Duration.Millisecond,
        Timeout = 500 * Duration.Millisecond,
        Weights = [4, 2, 0, 0, 2, 2],
    };

    [Theory]
    [InlineData(PlantedFault.RepliesBeforeStable, 20)]
    [InlineData(PlantedFault.AcceptsLowerEpoch, 20)]
    [InlineData(PlantedFault.ReadsWithoutLease, 20)]
    [InlineData(PlantedFault.ResumesEpoch, 20)]
    [InlineData(PlantedFault.LearnerWithoutLease, 40)]
    [InlineData(PlantedFault.LearnerWithoutCommit, 40)]
    [InlineData(PlantedFault.DropsSuffix, 20)]
    [InlineData(PlantedFault.BreaksPromises, 20)]
    [InlineData(PlantedFault.ForgetsPromises, 80)]
    [InlineData(PlantedFault.LyingDisks, 20)]
    [InlineData(PlantedFault.WildClocks, 20)]
    [InlineData(PlantedFault.NoCompareAndSet, 20)]
    public void What_is_left_out_is_caught(PlantedFault planted, int seeds)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            if (Run(seed, planted, planted).Violations is [var violation, ..])
            {
                output.WriteLine($"{planted}: seed {seed}: {violation.ToString()[..Math.Min(200, violation.ToString().Length)]}");
                Assert.Empty(Run(seed, planted, PlantedFault.None).Violations);
                return;
            }
        }

        Assert.Fail($"nothing was found in {seeds} seeds: {planted}");
    }

    private static SimulationResult Run(ulong seed, PlantedFault provoked, PlantedFault planted) =>
        Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => Build(context, provoked, planted))
        {
            Length = 15 * Duration.Second,
            Faults = FaultsThatProvoke(provoked),
            Network = provoked == PlantedFault.LyingDisks ? null : NetworkProfile.Calm with { Connected = true },
            Coordinator = CoordinatorThatProvokes(provoked),
            Workload = Busy,
            Disk = new DiskProfile { MaxSync = 5 * Duration.Millisecond, LiesAboutSync = planted == PlantedFault.LyingDisks },
            Clock = planted == PlantedFault.WildClocks ? id => new ClockProfile(id.Value == 1 ? -300_000_000 : 300_000_000, 0, 0) : null,
        });

    private static ClusterSystem Build(SimulationContext context, PlantedFault provoked, PlantedFault planted)
    {
        context.Coordinator.IgnoresVersions = planted == PlantedFault.NoCompareAndSet;
        var profile = provoked switch
        {
            PlantedFault.LearnerWithoutLease or PlantedFault.LearnerWithoutCommit => Small with { Nodes = 2, Replicas = 2, MinInSync = 1 },
            // A restarted grantor that waited for a reader it has not heard would wait longer than it has promised.
            PlantedFault.ForgetsPromises => Small with { Nodes = 2, Replicas = 2, MinInSync = 1, Lease = 2 * Duration.Second, StartGrace = 0 },
            PlantedFault.BreaksPromises => Small with { Lease = 2 * Duration.Second },
            PlantedFault.WildClocks => Small with { Lease = 300 * Duration.Millisecond },
            _ => Small,
        };
        return new ClusterSystem(context, new BrokenRules(planted), profile);
    }

    private static FaultProfile FaultsThatProvoke(PlantedFault planted) => planted switch
    {
        PlantedFault.RepliesBeforeStable or PlantedFault.LyingDisks => Strikes(1_000, FaultKind.PowerLossOfAll),
        PlantedFault.ResumesEpoch => Strikes(500, FaultKind.PowerLoss, FaultKind.Kill),
        PlantedFault.DropsSuffix => Strikes(500, FaultKind.Kill, FaultKind.Partition),
        PlantedFault.AcceptsLowerEpoch => Strikes(500, FaultKind.Pause, FaultKind.Partition),
        PlantedFault.ForgetsPromises => Strikes(1_200, FaultKind.Kill, FaultKind.Isolation) with { MaxLength = 1_500 * Duration.Millisecond },
        PlantedFault.NoCompareAndSet => Strikes(500, FaultKind.Partition),
        _ => Strikes(500, FaultKind.Isolation),
    };

    /// <summary>Lost replies keep proposals open.</summary>
    private static CoordinatorProfile CoordinatorThatProvokes(PlantedFault planted) =>
        planted is PlantedFault.LearnerWithoutLease or PlantedFault.LearnerWithoutCommit
            ? CoordinatorProfile.Calm with { LostReplies = 0.3, MaxDelay = 50 * Duration.Millisecond }
            : CoordinatorProfile.Calm;

    private static FaultProfile Strikes(long every, params ReadOnlySpan<FaultKind> kinds)
    {
        var intervals = new SortedDictionary<FaultKind, long>();
        foreach (var kind in kinds)
        {
            intervals[kind] = every * Duration.Millisecond;
        }

        return new FaultProfile(intervals, Duration.Second);
    }
}
