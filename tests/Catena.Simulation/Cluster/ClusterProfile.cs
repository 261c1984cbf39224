using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Simulation.Scheduling;
using Catena.Storage;

namespace Catena.Simulation.Cluster;

/// <summary>How a cluster is made; drawn once a seed.</summary>
public sealed record ClusterProfile
{
    /// <summary>Who sends to whom.</summary>
    public ReplicationMode Mode { get; init; } = ReplicationMode.PrimaryBackup;

    /// <summary>How likely an operator is to have a node's partitions replicate in another mode, each time that it looks for what to do.</summary>
    public double ModeChanges { get; init; }

    /// <summary>How many nodes there are.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>How many nodes lead partitions where they can: the first so many.</summary>
    public int Leaders { get; init; } = int.MaxValue;

    /// <summary>How many partitions there are.</summary>
    public int Partitions { get; init; } = 2;

    /// <summary>How many replicas a partition is to have.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>How many members a write needs.</summary>
    public int MinInSync { get; init; } = 2;

    /// <summary>How often a node looks at its clock while anything goes on.</summary>
    public long TickInterval { get; init; } = 10 * Duration.Millisecond;

    /// <summary>For how long nothing must have gone on for a node to idle. Faults leave few lulls here, so with 0 it keeps an idle node's pace even at work: nothing may hang on more ticks than that.</summary>
    public long IdleAfter { get; init; } = 250 * Duration.Millisecond;

    /// <summary>How often beacons go out of a node that idles: few of them fit into the shortest silence that is suspected.</summary>
    public long IdleBeaconInterval => Math.Min(Lease / 2, Detection.MinSilenceNanos / 4);

    /// <summary>How long a lease lasts.</summary>
    public long Lease { get; init; } = 200 * Duration.Millisecond;

    /// <summary>How long a promise lasts: longer than a lease by more than two clocks can differ in that time.</summary>
    public long Promise => Lease + (Lease / 10);

    /// <summary>How soon silence becomes suspicion: safety never hangs on that.</summary>
    public FailureDetectorSettings Detection { get; init; } = FailureDetectorSettings.Default;

    /// <summary>How long a peer that has not been heard since a node started may be silent before it is suspected.</summary>
    public long StartGrace { get; init; } = 10 * Duration.Second;

    /// <summary>How long a result may wait at a node.</summary>
    public long Patience { get; init; } = 2 * Duration.Second;

    /// <summary>How long a node must be away before its replicas are copied elsewhere.</summary>
    public long ReReplicationDelay { get; init; } = 5 * Duration.Second;

    /// <summary>About how many bytes of entries one message carries.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>About how many bytes of state one message of a snapshot carries.</summary>
    public int SnapshotChunkBytes { get; init; } = 256 << 10;

    /// <summary>Whether bits of one of its disks may turn over, which nodes then look for.</summary>
    public bool Rots { get; init; }

    /// <summary>The storage's limits and sizes.</summary>
    public NodeStorageOptions Storage { get; init; } = new()
    {
        SegmentBytes = 64 << 10,
        JournalBufferBytes = 64 << 10,
        CachedJournalBytes = 256 << 10,
        RecoveryThreads = 1,
    };

    /// <summary>How long checkpoints and compaction rest when there is nothing to do.</summary>
    public long MaintenanceRest { get; init; } = 200 * Duration.Millisecond;

    /// <summary>How long they wait between two pieces of work.</summary>
    public long MaintenancePause { get; init; } = Duration.Millisecond;

    /// <summary>For how long a node gathers what it is sent before it sees to it in one turn; 0 where each message is a turn of its own.</summary>
    public long TurnSpan { get; init; }

    /// <summary>For how long a node holds new entries back behind those that are under way; 0 for not at all. Only turns hold any back.</summary>
    public long HoldLimit { get; init; }

    /// <summary>Whether a node awaits clients before it sends what others of them have asked for.</summary>
    public bool Gathers { get; init; }

    /// <summary>How often members tell the first one what their states sum up to.</summary>
    public long CompareInterval { get; init; } = Duration.Second;

    /// <summary>How much of the journal a node that ends in order may leave to be replayed.</summary>
    public long LeftToReplay { get; init; }

    /// <summary>How many of the writes that always change something carry a number of their client's own; all else is the router's to retry.</summary>
    public double NumberedShare { get; init; } = 0.5;

    /// <summary>Whether clients use transactions too.</summary>
    public bool Transacts { get; init; }

    /// <summary>Whether clients use named tables too.</summary>
    public bool HasTables { get; init; }

    /// <summary>How long a transaction may take.</summary>
    public long TransactionTimeLimit { get; init; } = 5 * Duration.Second;

    /// <summary>How long something prepared by a node that is alive may wait.</summary>
    public long InDoubtLimit { get; init; } = 3 * Duration.Second;

    /// <summary>As <see cref="InDoubtLimit" />, of what locked before it read.</summary>
    public long LockedInDoubtLimit { get; init; } = 5 * Duration.Second;

    /// <summary>How long a transaction whose commands come one by one waits for its client.</summary>
    public long IdleLimit { get; init; } = 5 * Duration.Second;

    /// <summary>How long something prepared for an outsider may stay so before an operator has it aborted.</summary>
    public long PreparedLimit { get; init; } = 3 * Duration.Second;

    /// <summary>After how many attempts a transaction locks what it reads.</summary>
    public int LocksAfter { get; init; } = 3;

    /// <summary>Draws a cluster whose clients create and drop tables.</summary>
    public static ClusterProfile DrawTabled(Prng random)
    {
        var drawn = random.Chance(0.2) ? DrawRotting(random) : Draw(random);
        return drawn with { HasTables = true, Mode = (ReplicationMode)(random.Next(3) + 1), ModeChanges = random.Chance(0.2) ? 0.1 : 0 };
    }

    /// <summary>Draws a cluster whose clients use transactions over several partitions.</summary>
    public static ClusterProfile DrawTransacting(Prng random)
    {
        var drawn = random.Chance(0.2) ? DrawRotting(random) : Draw(random);
        return drawn with
        {
            Transacts = true,
            Mode = (ReplicationMode)(random.Next(3) + 1),
            Partitions = (int)random.Between(2, 6),
            TransactionTimeLimit = random.Between(500, 8_000) * Duration.Millisecond,
            InDoubtLimit = random.Between(100, 4_000) * Duration.Millisecond,
            LocksAfter = random.Next(5),
            LockedInDoubtLimit = random.Between(100, 6_000) * Duration.Millisecond,
            IdleLimit = random.Between(200, 20_000) * Duration.Millisecond,
            PreparedLimit = random.Between(500, 6_000) * Duration.Millisecond,
        };
    }

    /// <summary>Draws a cluster.</summary>
    public static ClusterProfile Draw(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var nodes = (int)random.Between(3, 5);
        var replicas = random.Chance(0.7) ? 3 : random.Chance(0.3) ? 1 : random.Chance(0.5) || nodes < 5 ? 2 : 5;
        var drawn = new ClusterProfile
        {
            Nodes = nodes,
            Partitions = (int)random.Between(1, 4),
            Replicas = replicas,
            MinInSync = (replicas / 2) + 1,
            TickInterval = random.Between(3, 20) * Duration.Millisecond,
            Lease = random.Chance(0.5) ? 200 * Duration.Millisecond : random.Between(100 * Duration.Millisecond, 2 * Duration.Second),
            Detection = random.Chance(0.6) ? FailureDetectorSettings.Default : HastyDetection(random),
            Patience = random.Between(200 * Duration.Millisecond, 4 * Duration.Second),
            ReReplicationDelay = random.Between(500 * Duration.Millisecond, 20 * Duration.Second),
            MaxBatchBytes = random.Chance(0.5) ? 1 << 20 : (int)random.Between(1, 2_000),
            SnapshotChunkBytes = random.Chance(0.3) ? 256 << 10 : (int)random.Between(1, 500),
            Storage = new NodeStorageOptions
            {
                SegmentBytes = 4096 << random.Next(6),
                RetainedLogEntries = random.Chance(0.3) ? 100_000 : random.Next(50),
                InlineValueBytes = random.Chance(0.5) ? 128 : random.Next(16),
                CachedJournalBytes = random.Chance(0.5) ? 256 << 10 : 0,
                JournalBufferBytes = 4096 << random.Next(4),
                CheckpointJournalBytes = random.Chance(0.2) ? 1 << 20 : random.Next(60_000),
                RetainedLogBytes = random.Chance(0.3) ? 1 << 20 : random.Next(60_000),
                CompactBelow = random.Next(10) / 10.0,
                SpareSegments = 1 + random.Next(3),
                RecoveryThreads = 1,
            },
            MaintenanceRest = random.Between(1, 500) * Duration.Millisecond,
            MaintenancePause = random.Between(0, 20_000) * Duration.Microsecond,
            CompareInterval = random.Between(10, 5_000) * Duration.Millisecond,
            LeftToReplay = random.Chance(0.5) ? 0 : 1 << 20,
            StartGrace = random.Chance(0.5) ? 10 * Duration.Second : random.Between(0, 2_000) * Duration.Millisecond,
            NumberedShare = random.Chance(0.3) ? 0 : random.NextDouble(),
        };

        // Taken from what is drawn already, so that seeds go on meaning about the clusters that they always meant.
        var digits = drawn.MaintenancePause / Duration.Microsecond;
        return drawn with
        {
            TurnSpan = (digits % 4) switch { 0 or 2 => 0, 1 => digits % 500 * Duration.Microsecond, _ => digits % 25_000 * Duration.Microsecond },
            HoldLimit = (digits / 4 % 3) switch { 0 => 0, 1 => 2 * Duration.Millisecond, _ => digits % 100_000 * Duration.Microsecond },
            Gathers = digits / 8 % 2 == 1,
            Leaders = digits / 4 % 4 == 0 ? 1 + (int)(digits / 16 % 2) : int.MaxValue,
            IdleAfter = digits % 4 == 0 ? 0 : digits % 250 * Duration.Millisecond,
        };
    }

    /// <summary>Draws a cluster one of whose disks rots, and whose partitions have copies on others.</summary>
    public static ClusterProfile DrawRotting(Prng random)
    {
        var drawn = Draw(random);
        var replicas = Math.Max(2, drawn.Replicas);
        return drawn with
        {
            Rots = true,
            Replicas = replicas,
            MinInSync = (replicas / 2) + 1,
            Storage = drawn.Storage with { SegmentBytes = 4096 << random.Next(2), InlineValueBytes = 0, CachedJournalBytes = 0 },
        };
    }

    private static FailureDetectorSettings HastyDetection(Prng random) => FailureDetectorSettings.Default with
    {
        BeaconIntervalNanos = 40 * Duration.Millisecond,
        MinSilenceNanos = random.Between(60, 400) * Duration.Millisecond,
        Threshold = 1 + (7 * random.NextDouble()),
        SteadyNanos = random.Between(0, 1_000) * Duration.Millisecond,
        FlapMemoryNanos = random.Between(1, 60) * Duration.Second,
    };
}
