namespace Catena.Storage;

/// <summary>The limits and sizes of a node's storage.</summary>
public sealed record NodeStorageOptions
{
    /// <summary>The size of a journal segment in bytes, 16 MiB by default; a record too large for it gets a larger segment of its own.</summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many entries of each partition's log stay readable beyond those that must, 131,072 by default; eight bytes of memory each.</summary>
    public int RetainedLogEntries { get; init; } = 131_072;

    /// <summary>
    /// How much memory index, inline values and read buffers may take together, in bytes, half of the machine's by default. Values stay in the journal alone once three quarters are
    /// used; at the limit, writes that add something are refused.
    /// </summary>
    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The longest value that is kept in the index in memory, 128 bytes by default, at most 256; longer ones stay in the journal.</summary>
    public int InlineValueBytes { get; init; } = 128;

    /// <summary>How much of the journal's newest part stays in memory to be read without the disk, 32 MiB by default.</summary>
    public int CachedJournalBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The size of one buffer of the journal, 1 MiB by default; a larger record gets a larger buffer.</summary>
    public int JournalBufferBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How many bytes of the journal a restart may have to replay before checkpoints are made, 512 MiB by default, or the size of the last checkpoints
    /// where that is more.
    /// </summary>
    public long CheckpointJournalBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How many of the journal's last bytes are kept for replicas that come back and need the end of the log, 256 MiB by default.</summary>
    public long RetainedLogBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The part of a segment that must be in use for it to be left alone by compaction, 0.6 by default; 0 for no compaction.</summary>
    public double CompactBelow { get; init; } = 0.6;

    /// <summary>How many emptied segments are kept for reuse rather than deleted, 2 by default.</summary>
    public int SpareSegments { get; init; } = 2;

    /// <summary>How many threads load checkpoints, as many as there are processors by default.</summary>
    public int RecoveryThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetainedLogEntries, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(InlineValueBytes, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InlineValueBytes, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(CachedJournalBytes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(JournalBufferBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(JournalBufferBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointJournalBytes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetainedLogBytes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(CompactBelow, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CompactBelow, 0.9);
        ArgumentOutOfRangeException.ThrowIfLessThan(SpareSegments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RecoveryThreads, 1);
    }
}
