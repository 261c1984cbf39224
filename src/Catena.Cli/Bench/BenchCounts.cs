namespace Catena.Cli.Bench;

/// <summary>What one thread of a load has counted, or all of them together.</summary>
/// <remarks>Written by one thread; <see cref="Completed" /> and <see cref="Failed" /> may be read by others meanwhile.</remarks>
internal sealed class BenchCounts
{
    private long _completed;
    private long _failed;

    /// <summary>Durations of reads that were answered.</summary>
    public LatencyHistogram Reads { get; } = new();

    /// <summary>Durations of writes that were acknowledged.</summary>
    public LatencyHistogram Writes { get; } = new();

    /// <summary>Errors by kind, those of connections included.</summary>
    public SortedDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Operations that ended well.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Operations that were refused, and nothing happened.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Operations whose outcome is open.</summary>
    public long Unknown { get; private set; }

    /// <summary>Reads of all accounts whose sum was not what it has to be.</summary>
    public long BrokenSums { get; private set; }

    /// <summary>The longest time, in nanoseconds, in which one connection got no write acknowledged that wanted to.</summary>
    public long LongestStall { get; private set; }

    /// <summary>Counts an operation that ended well.</summary>
    public void Succeeded(bool isRead, long nanoseconds)
    {
        (isRead ? Reads : Writes).Add(nanoseconds);
        Volatile.Write(ref _completed, _completed + 1);
    }

    /// <summary>Counts an operation that did not.</summary>
    public void Missed(OperationOutcome outcome)
    {
        if (outcome == OperationOutcome.Unknown)
        {
            Unknown++;
        }

        Volatile.Write(ref _failed, _failed + (outcome == OperationOutcome.Fail ? 1 : 0));
    }

    /// <summary>Counts a read of all accounts that broke the sum.</summary>
    public void SumBroken() => BrokenSums++;

    /// <summary>Counts an error by its kind.</summary>
    public void Error(string kind) => Errors[kind] = Errors.GetValueOrDefault(kind) + 1;

    /// <summary>Takes note of a time without an acknowledged write.</summary>
    public void Stalled(long nanoseconds) => LongestStall = Math.Max(LongestStall, nanoseconds);

    /// <summary>Adds what another thread counted.</summary>
    public void Add(BenchCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Reads.Add(other.Reads);
        Writes.Add(other.Writes);
        foreach (var (kind, count) in other.Errors)
        {
            Errors[kind] = Errors.GetValueOrDefault(kind) + count;
        }

        _completed += other.Completed;
        _failed += other.Failed;
        Unknown += other.Unknown;
        BrokenSums += other.BrokenSums;
        Stalled(other.LongestStall);
    }
}
