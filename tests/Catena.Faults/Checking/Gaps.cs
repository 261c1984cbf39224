namespace Catena.Faults.Checking;

/// <summary>Finds the longest time in which nothing of a kind succeeded.</summary>
internal static class Gaps
{
    /// <summary>The longest time between two successes next to each other, of those that touch a span of time.</summary>
    /// <param name="successes">When operations succeeded, in any order.</param>
    /// <param name="from">Where the span begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="begin">When clients began to ask: there is no gap before.</param>
    /// <param name="end">When they had ended.</param>
    /// <returns>Nanoseconds.</returns>
    public static long Longest(IEnumerable<long> successes, long from, long to, long begin, long end)
    {
        long longest = 0;
        var before = begin;
        foreach (var success in successes.Where(time => time >= begin && time <= end).Order().Append(end))
        {
            if (success > from && before < to)
            {
                longest = Math.Max(longest, success - before);
            }

            before = success;
        }

        return longest;
    }
}
