namespace Catena.Core.Transactions.Coordination;

/// <summary>How long to wait before something is asked again of a partition that does not answer: each time twice as long, up to two seconds.</summary>
internal struct RetryPause()
{
    private const long Longest = 2_000_000_000;

    private long _next = 20_000_000;

    /// <summary>The next pause, in nanoseconds.</summary>
    internal long Next()
    {
        var pause = _next;
        _next = Math.Min(2 * pause, Longest);
        return pause;
    }
}
