using System.Numerics;

namespace Catena.Cli.Bench;

/// <summary>Counts durations so that any percentile is known to within 0.8 % of its value, in fixed memory.</summary>
/// <remarks>
/// The layout is that of Gil Tene's HdrHistogram: below 256 ns each nanosecond has its bucket; from there on every doubling of the value is
/// divided into 128 buckets of equal width. A percentile is told as the largest duration of its bucket (but never more than the longest that
/// was counted), so it is at most 1/128 above the true one and never below it. Mean, shortest and longest are exact. Durations over 2^43 ns, some two
/// hours and a half, are counted as that. Not thread-safe; a thread has its own, and they are added up at the end.
/// </remarks>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int MostBits = 43;
    private const long Most = (1L << MostBits) - 1;

    private readonly long[] _counts = new long[IndexOf(Most) + 1];
    private double _sum;

    /// <summary>How many durations were counted.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest, in nanoseconds; 0 where there is none.</summary>
    public long Shortest { get; private set; }

    /// <summary>The longest, in nanoseconds; 0 where there is none.</summary>
    public long Longest { get; private set; }

    /// <summary>The arithmetic mean, in nanoseconds; 0 where there is none.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Counts one duration.</summary>
    /// <param name="nanoseconds">The duration; one below 0 counts as 0.</param>
    public void Add(long nanoseconds)
    {
        var value = Math.Clamp(nanoseconds, 0, Most);
        _counts[IndexOf(value)]++;
        _sum += value;
        Shortest = Count == 0 ? value : Math.Min(Shortest, value);
        Longest = Math.Max(Longest, value);
        Count++;
    }

    /// <summary>Counts everything that another histogram has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        for (var index = 0; index < _counts.Length; index++)
        {
            _counts[index] += other._counts[index];
        }

        Shortest = Count == 0 ? other.Shortest : Math.Min(Shortest, other.Shortest);
        Longest = Math.Max(Longest, other.Longest);
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>A duration that at least the given share of all durations does not exceed.</summary>
    /// <param name="share">The share, over 0 and up to 1; 0.5 is the median.</param>
    /// <returns>Nanoseconds; 0 where nothing was counted.</returns>
    public long Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(Count, 1));
        var seen = 0L;
        for (var index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= rank)
            {
                return Math.Min(LargestIn(index), Longest);
            }
        }

        return 0;
    }

    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long LargestIn(int index)
    {
        if (index < 1 << (SubBits + 1))
        {
            return index;
        }

        var shift = (index >> SubBits) - 1;
        return ((long)(index - (shift << SubBits)) << shift) + (1L << shift) - 1;
    }
}
