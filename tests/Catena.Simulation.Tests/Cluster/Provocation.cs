using Catena.Core.Control;
using Catena.Core.Replication;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The circumstances in which a planted fault shows: sizes, faults and work that provoke what the rule prevents.</summary>
internal sealed record Provocation
{
    private static readonly ClusterProfile Small = new() { Nodes = 3, Partitions = 1, Replicas = 3, MinInSync = 2, Detection = Hasty };

    internal ClusterProfile Cluster { get; private init; } = Small;

    internal FaultProfile Faults { get; private init; } = Strikes(500, FaultKind.Isolation);

    internal NetworkProfile? Network { get; private init; } = NetworkProfile.Calm with { Connected = true };

    internal CoordinatorProfile Coordinator { get; private init; } = CoordinatorProfile.Calm;

    internal WorkloadProfile Workload { get; private init; } = Busy(4, 2, 0, 0, 2, 2);

    internal TransactionProfile Transactions { get; private init; } = new() { Clients = 6, MaxThink = 5 * Duration.Millisecond, Timeout = Duration.Second, Weights = [1, 1, 0, 0, 0, 0, 0, 0] };

    /// <summary>Suspects at the slightest silence, so that takeovers meet readers that still hold leases.</summary>
    private static FailureDetectorSettings Hasty => FailureDetectorSettings.Default with
    {
        BeaconIntervalNanos = 40 * Duration.Millisecond,
        MinSilenceNanos = 80 * Duration.Millisecond,
        Threshold = 1,
        SteadyNanos = 100 * Duration.Millisecond,
        FlapMemoryNanos = Duration.Second,
    };

    private static ClusterProfile Chain => Small with { Mode = ReplicationMode.Chain };

    private static ClusterProfile Transacting => Small with { Partitions = 4, Transacts = true };

    /// <summary>Transactions of which some are done step by step, in every manner.</summary>
    private static TransactionProfile Drawn => new() { Clients = 6, MaxThink = 5 * Duration.Millisecond, InteractiveShare = 0.5, PreparedShare = 0.2, GivenUpShare = 0.1 };

    private static ClusterProfile Pair => Small with { Nodes = 2, Replicas = 2, MinInSync = 1 };

    /// <summary>Lost replies keep proposals open.</summary>
    private static CoordinatorProfile Forgetful => CoordinatorProfile.Calm with { LostReplies = 0.3, MaxDelay = 50 * Duration.Millisecond };

    internal static Provocation Of(PlantedFault planted) => planted switch
    {
        PlantedFault.RepliesBeforeStable => new() { Faults = Strikes(1_000, FaultKind.PowerLossOfAll) },
        PlantedFault.LyingDisks => new() { Faults = Strikes(1_000, FaultKind.PowerLossOfAll), Network = null },
        PlantedFault.ResumesEpoch => new() { Faults = Strikes(500, FaultKind.PowerLoss, FaultKind.Kill) },
        PlantedFault.DropsSuffix => new() { Faults = Strikes(500, FaultKind.Kill, FaultKind.Partition) },
        PlantedFault.AcceptsLowerEpoch => new() { Faults = Strikes(500, FaultKind.Pause, FaultKind.Partition) },
        PlantedFault.NoCompareAndSet => new() { Faults = Strikes(500, FaultKind.Partition) },
        PlantedFault.LearnerWithoutLease or PlantedFault.LearnerWithoutCommit => new() { Cluster = Pair, Coordinator = Forgetful },
        // A restarted grantor that waited for a reader it has not heard would wait longer than it has promised.
        PlantedFault.ForgetsPromises => new()
        {
            Cluster = Pair with { Lease = 2 * Duration.Second, StartGrace = 0 },
            Faults = Strikes(1_200, FaultKind.Kill, FaultKind.Isolation) with { MaxLength = 1_500 * Duration.Millisecond },
        },
        PlantedFault.BreaksPromises => new() { Cluster = Small with { Lease = 2 * Duration.Second } },
        PlantedFault.WildClocks => new() { Cluster = Small with { Lease = 300 * Duration.Millisecond } },
        _ => OfRule(planted),
    };

    private static Provocation OfRule(PlantedFault planted) => planted switch
    {
        PlantedFault.CountsOnlyTheRest => new() { Coordinator = Forgetful, Faults = Strikes(400, FaultKind.Partition, FaultKind.Isolation) },
        PlantedFault.TruncatesByWatermark => new() { Faults = Strikes(500, FaultKind.Kill, FaultKind.Isolation) },
        PlantedFault.EpochNotDurable => new() { Faults = Strikes(400, FaultKind.PowerLoss, FaultKind.SlowDisk, FaultKind.Isolation) },
        PlantedFault.OnePromiseRemembered => new() { Cluster = Small with { Mode = ReplicationMode.ApportionedChain, Lease = Duration.Second } },
        PlantedFault.ForgetsResults => new() { Faults = Strikes(500, FaultKind.Kill, FaultKind.Partition), Workload = Busy(2, 0, 0, 0, 6, 4) },
        PlantedFault.RefusesAtOnce => new() { Faults = Strikes(300, FaultKind.Isolation, FaultKind.Kill), Workload = Busy(3, 3, 6, 2, 0, 0) },
        PlantedFault.ServesUnsettled => new() { Cluster = Chain, Faults = Strikes(500, FaultKind.Kill, FaultKind.Partition) },
        PlantedFault.ForwardsNewFirst => new() { Cluster = Chain, Faults = Strikes(500, FaultKind.Kill, FaultKind.Partition) },
        PlantedFault.PassesOnItsOwn => new() { Cluster = Chain, Faults = Strikes(400, FaultKind.PowerLoss, FaultKind.SlowDisk, FaultKind.Isolation) },
        PlantedFault.PromotesUncounted => new() { Cluster = Pair with { Mode = ReplicationMode.Chain, Nodes = 3, Replicas = 3 }, Coordinator = Forgetful },
        // Words of commits that do not come through while leases hold.
        PlantedFault.AnswersDirty => new()
        {
            Cluster = Small with { Mode = ReplicationMode.ApportionedChain, Lease = 2 * Duration.Second },
            Faults = Strikes(200, FaultKind.Partition, FaultKind.Swizzle),
        },
        PlantedFault.ControllerPromotes => new() { Cluster = Small with { ReReplicationDelay = Duration.Second / 2 }, Faults = Strikes(400, FaultKind.Kill, FaultKind.Isolation) },
        PlantedFault.SessionIsLock => new() { Faults = Strikes(400, FaultKind.Pause, FaultKind.Partition) },
        PlantedFault.ForwardsTwice => new() { Faults = Strikes(2_000, FaultKind.Break), Workload = Busy(2, 0, 0, 0, 6, 4) },
        _ => OfTransactions(planted),
    };

    private static Provocation OfTransactions(PlantedFault planted) => planted switch
    {
        PlantedFault.DecidesUnprepared => new() { Cluster = Transacting, Faults = Strikes(500, FaultKind.Isolation, FaultKind.Kill) },
        PlantedFault.ReadsWithoutLocks or PlantedFault.ReadsOnce => new() { Cluster = Transacting },
        PlantedFault.ScansWithoutLocks => new() { Cluster = Transacting, Transactions = Drawn with { Weights = [1, 1, 0, 0, 0, 1, 1, 1] } },
        // Coordinators that are held up, and still decide when others have given them up.
        PlantedFault.AbortsWithoutRecord => new()
        {
            Cluster = Transacting with { InDoubtLimit = 20 * Duration.Millisecond },
            Faults = Strikes(300, FaultKind.Pause, FaultKind.SlowDisk, FaultKind.Partition),
        },
        PlantedFault.LosesLocks => new() { Cluster = Transacting, Faults = Strikes(400, FaultKind.Kill) },
        PlantedFault.PassesPreparedWrites or PlantedFault.WritesThroughLocks => new() { Cluster = Transacting, Faults = Strikes(500, FaultKind.Kill, FaultKind.Partition) },
        PlantedFault.DeliversUncommitted => new()
        {
            Cluster = Transacting with { Mode = ReplicationMode.Chain, InDoubtLimit = 20 * Duration.Millisecond },
            Faults = Strikes(200, FaultKind.SlowDisk, FaultKind.Partition),
        },
        // Answers that are lost on the way to coordinators that live.
        PlantedFault.ForgetsDecisions => new()
        {
            Cluster = Transacting with { InDoubtLimit = 20 * Duration.Millisecond, Patience = 500 * Duration.Millisecond },
            Faults = Strikes(300, FaultKind.Isolation, FaultKind.Partition, FaultKind.Swizzle),
        },
        PlantedFault.TrustsLocks => new() { Cluster = Transacting with { LocksAfter = 0, InDoubtLimit = 20 * Duration.Millisecond }, Faults = Strikes(500, FaultKind.SlowDisk, FaultKind.Pause) },
        _ => new(),
    };

    private static WorkloadProfile Busy(params int[] weights) => new()
    {
        Clients = 6,
        KeysOfKind = 1,
        MaxThink = 5 * Duration.Millisecond,
        Timeout = 500 * Duration.Millisecond,
        Weights = [.. weights],
    };

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
