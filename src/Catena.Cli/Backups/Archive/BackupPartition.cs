using Catena.Core.Primitives;

namespace Catena.Cli.Backups.Archive;

/// <summary>What a backup says of one partition.</summary>
internal sealed record BackupPartition
{
    /// <summary>Its number.</summary>
    public required int Partition { get; init; }

    /// <summary>The last entry of its log that the backup holds: the cut, as epoch and sequence.</summary>
    public required string Cut { get; init; }

    /// <summary>A snapshot, and log files that go on from it to the cut.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>The cut.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public Lsn CutLsn() => BackupFile.Position(Cut);
}
