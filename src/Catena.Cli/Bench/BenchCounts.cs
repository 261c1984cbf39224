namespace Catena.Cli.Bench;

/// <summary>What one thread of a load has counted, or all of them together.</summary>
/// <remarks>Written by one thread; <see cref="Completed" /> and <see cref="Failed" /> may be read by others meanwhile.</remarks>
/// <param name="timeline">Told of every operation that ends well; null for nobody.</param>
internal sealed class BenchCounts(BenchTimeline? timeline = null)
{
    private readonly LatencyHistogram?[] _kinds = new LatencyHistogram?[OperationKinds.Count];
    private long _completed;
    private long _failed;

    /// <summary>Durations of reads that were answered.</summary>
    public LatencyHistogram Reads => Of(OperationKind.Read);

    /// <summary>Durations of writes that were acknowledged.</summary>
    public LatencyHistogram Writes => Of(OperationKind.Update);

    /// <summary>In an open loop: how long operations that were due waited for a connection, or for the loader itself, before they were sent.</summary>
    public LatencyHistogram Waits { get; } = new();

    /// <summary>Durations of the calls of which transactions consist, by name, where they are told apart.</summary>
    public SortedDictionary<string, LatencyHistogram> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>Errors by kind, those of connections included.</summary>
    public SortedDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Operations that ended well.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Operations that were refused, and nothing happened.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Operations whose outcome is open.</summary>
    public long Unknown { get; private set; }

    /// <summary>In an open loop: operations that were due before the end and were never sent, since no connection was free.</summary>
    public long Unsent { get; set; }

    /// <summary>Reads and scans that found nothing.</summary>
    public long Missing { get; private set; }

    /// <summary>Reads of all accounts whose sum was not what it has to be.</summary>
    public long BrokenSums { get; private set; }

    /// <summary>The longest time, in nanoseconds, in which one connection got no write acknowledged that wanted to.</summary>
    public long LongestStall { get; private set; }

    /// <summary>Durations of the operations of a kind that ended well.</summary>
    public LatencyHistogram Of(OperationKind kind) => _kinds[(int)kind] ??= new LatencyHistogram();

    /// <summary>Counts a call of a transaction.</summary>
    public void Called(string name, long nanoseconds)
    {
        if (!Calls.TryGetValue(name, out var durations))
        {
            Calls[name] = durations = new LatencyHistogram();
        }

        durations.Add(nanoseconds);
    }

    /// <summary>Counts an operation that ended well.</summary>
    /// <param name="kind">What it was.</param>
    /// <param name="nanoseconds">How long it took.</param>
    /// <param name="now">When it ended, by <see cref="BenchClock.Now" />.</param>
    public void Succeeded(OperationKind kind, long nanoseconds, long now)
    {
        Of(kind).Add(nanoseconds);
        timeline?.Add(now, nanoseconds);
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

    /// <summary>Counts a read that found nothing.</summary>
    public void FoundNothing() => Missing++;

    /// <summary>Counts a read of all accounts that broke the sum.</summary>
    public void SumBroken() => BrokenSums++;

    /// <summary>Counts an error by its kind.</summary>
    public void Error(string kind) => Errors[kind] = Errors.GetValueOrDefault(kind) + 1;

    /// <summary>Counts a time without an acknowledged write.</summary>
    public void Stalled(long nanoseconds) => LongestStall = Math.Max(LongestStall, nanoseconds);

    /// <summary>Adds what another thread counted.</summary>
    public void Add(BenchCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var kind in OperationKinds.All)
        {
            if (other._kinds[(int)kind] is { } durations)
            {
                Of(kind).Add(durations);
            }
        }

        foreach (var (name, durations) in other.Calls)
        {
            if (!Calls.TryGetValue(name, out var sum))
            {
                Calls[name] = sum = new LatencyHistogram();
            }

            sum.Add(durations);
        }

        Waits.Add(other.Waits);
        foreach (var (error, count) in other.Errors)
        {
            Errors[error] = Errors.GetValueOrDefault(error) + count;
        }

        _completed += other.Completed;
        _failed += other.Failed;
        Unknown += other.Unknown;
        Unsent += other.Unsent;
        Missing += other.Missing;
        BrokenSums += other.BrokenSums;
        Stalled(other.LongestStall);
    }
}
