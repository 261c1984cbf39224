namespace Catena.Core.Transactions.Coordination;

/// <summary>Limits of transactions.</summary>
public sealed record TransactionOptions
{
    /// <summary>How many keys a transaction may name, repetitions counted.</summary>
    public int MaxKeys { get; init; } = 65_536;

    /// <summary>How many bytes a transaction's program may have.</summary>
    public int MaxBytes { get; init; } = 32 << 20;

    /// <summary>How many transactions a node may coordinate or bring to an end at a time, about; further ones are refused.</summary>
    public int MaxRunning { get; init; } = 16_384;

    /// <summary>How long, in nanoseconds, a transaction may take before it is given up.</summary>
    public long TimeLimit { get; init; } = 5_000_000_000;

    /// <summary>How long, in nanoseconds, a node tries to tell partitions what was decided; those that have heard nothing by then ask themselves.</summary>
    public long EndingLimit { get; init; } = 300_000_000_000;

    /// <summary>How many transactions whose commands come one by one may be open on a node at a time.</summary>
    public int MaxOpen { get; init; } = 4_096;

    /// <summary>How many bytes those may have read and written together.</summary>
    public long MaxOpenBytes { get; init; } = 256 << 20;

    /// <summary>How long, in nanoseconds, such a transaction waits for its client before it is rolled back.</summary>
    public long IdleLimit { get; init; } = 30_000_000_000;

    /// <summary>After how many attempts that others got in the way of a transaction locks what it reads.</summary>
    public int LocksAfter { get; init; } = 3;

    /// <summary>How long, in nanoseconds, something prepared by a node that is alive may wait before its home partition is asked to abort it.</summary>
    public long InDoubtLimit { get; init; } = 3_000_000_000;

    /// <summary>As <see cref="InDoubtLimit" />, of what locked before it read: how long a client may think under locks.</summary>
    public long LockedInDoubtLimit { get; init; } = 5_000_000_000;

    /// <summary>As <see cref="InDoubtLimit" />, of what was prepared for somebody outside the cluster.</summary>
    public long ExternalInDoubtLimit { get; init; } = 3_600_000_000_000;

    /// <summary>How long, in nanoseconds, is remembered what somebody outside the cluster decided, so that he may ask again.</summary>
    public long ExternalRetention { get; init; } = 600_000_000_000;

    /// <summary>The rules on which safety hangs.</summary>
    public TransactionRules Rules { get; init; } = TransactionRules.Sound;

    /// <summary>The longest value, in bytes.</summary>
    public int MaxValueBytes { get; init; } = 16 << 20;
}
