namespace Catena.Cli.Backups.Archive;

/// <summary>What a pool file holds. Persisted: values are never changed or reused.</summary>
internal enum PoolFileKind : byte
{
    /// <summary>A partition's state, read while writes went on.</summary>
    Snapshot = 1,

    /// <summary>A part of a partition's log.</summary>
    Log = 2,
}
