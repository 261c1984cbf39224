using System.Numerics;

namespace Catena.Cli.Bench;

/// <summary>What happened in each stretch of a load's time: how many operations ended well, and how long they had taken.</summary>
/// <remarks>
/// The stretches are a second each, and longer in a load of over ten minutes, so that memory is bounded and taken beforehand. Durations are known to within an
/// eighth of a doubling here, at most 12.5 % above the truth: it is for pictures, and for the line that shows how it goes. Thread-safe.
/// </remarks>
internal sealed class BenchTimeline
{
    private const int MostStretches = 600;
    private const int SubBits = 3;
    private const int Buckets = (44 - SubBits) << SubBits;

    private readonly int[] _counts;
    private readonly long[] _longest;
    private readonly int _stretches;
    private long _begin;

    /// <summary>Room for a load.</summary>
    /// <param name="duration">How long it is to last; what ends later is counted to the last stretch.</param>
    public BenchTimeline(TimeSpan duration)
    {
        var seconds = Math.Max(1, Math.Ceiling(duration.TotalSeconds));
        StretchSeconds = (int)Math.Ceiling(seconds / MostStretches);
        _stretches = (int)Math.Ceiling(seconds / StretchSeconds);
        _counts = new int[_stretches * Buckets];
        _longest = new long[_stretches];
    }

    /// <summary>How long a stretch is, in seconds.</summary>
    public int StretchSeconds { get; }

    /// <summary>Begins; nothing counts before.</summary>
    /// <param name="now">The time, by <see cref="BenchClock.Now" />.</param>
    public void Begin(long now) => _begin = now;

    /// <summary>Counts an operation.</summary>
    /// <param name="now">When it ended.</param>
    /// <param name="nanoseconds">How long it took.</param>
    public void Add(long now, long nanoseconds)
    {
        var stretch = StretchOf(now);
        Interlocked.Increment(ref _counts[(stretch * Buckets) + BucketOf(nanoseconds)]);
        ref var longest = ref _longest[stretch];
        for (var seen = Volatile.Read(ref longest); nanoseconds > seen;)
        {
            var before = Interlocked.CompareExchange(ref longest, nanoseconds, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }
    }

    /// <summary>The stretch in which a time lies, from 0.</summary>
    public int StretchOf(long now) => (int)Math.Clamp((now - _begin) / (StretchSeconds * 1_000_000_000L), 0, _stretches - 1);

    /// <summary>What happened in one stretch, by several threads' timelines of the same load.</summary>
    /// <param name="timelines">Those.</param>
    /// <param name="stretch">The stretch's number, from 0.</param>
    public static TimelinePoint Sum(IReadOnlyList<BenchTimeline> timelines, int stretch)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        var counts = new long[Buckets];
        var longest = 0L;
        foreach (var timeline in timelines)
        {
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                counts[bucket] += Volatile.Read(ref timeline._counts[(stretch * Buckets) + bucket]);
            }

            longest = Math.Max(longest, Volatile.Read(ref timeline._longest[stretch]));
        }

        var total = counts.Sum();
        return new TimelinePoint(
            stretch * timelines[0].StretchSeconds, timelines[0].StretchSeconds, total, Percentile(counts, total, 0.5, longest), Percentile(counts, total, 0.99, longest), Percentile(counts, total, 0.999, longest), longest);
    }

    /// <summary>All stretches up to a time.</summary>
    /// <param name="timelines">Several threads' timelines of the same load.</param>
    /// <param name="elapsed">The time since the beginning.</param>
    public static IReadOnlyList<TimelinePoint> Sum(IReadOnlyList<BenchTimeline> timelines, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        if (timelines.Count == 0)
        {
            return [];
        }

        var stretches = Math.Clamp((int)Math.Ceiling(elapsed.TotalSeconds / timelines[0].StretchSeconds), 1, timelines[0]._stretches);
        return [.. Enumerable.Range(0, stretches).Select(stretch => Sum(timelines, stretch))];
    }

    private static long Percentile(long[] counts, long total, double share, long longest)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * total));
        var seen = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            seen += counts[bucket];
            if (seen >= rank)
            {
                return Math.Min(LargestIn(bucket), longest);
            }
        }

        return longest;
    }

    private static int BucketOf(long nanoseconds)
    {
        var value = Math.Clamp(nanoseconds, 0, (1L << 43) - 1);
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long LargestIn(int bucket)
    {
        if (bucket < 1 << (SubBits + 1))
        {
            return bucket;
        }

        var shift = (bucket >> SubBits) - 1;
        return ((long)(bucket - (shift << SubBits)) << shift) + (1L << shift) - 1;
    }
}
