namespace Catena.Cli.Backups;

/// <summary>The settings of taking a backup.</summary>
internal sealed record BackupSettings
{
    /// <summary>How long all partitions may be held at the cut.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a cut is tried.</summary>
    public int CutTries { get; init; } = 20;

    /// <summary>How often a partition is begun anew whose log was no longer kept.</summary>
    public int SnapshotTries { get; init; } = 3;

    /// <summary>How long the log files of a partition may be before it gets a new snapshot, as a share of the present one.</summary>
    public double LogShare { get; init; } = 0.5;

    /// <summary>How many partitions are read at once: by default half as many as there are processors, and no more than four. A node beside it on the same machine has clients to serve.</summary>
    public int Parallel { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>How often the logs of partitions that are done are followed while others are still being read.</summary>
    public TimeSpan FollowEvery { get; init; } = TimeSpan.FromSeconds(15);
}
