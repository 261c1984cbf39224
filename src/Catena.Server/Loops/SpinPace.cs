namespace Catena.Server.Loops;

/// <summary>Whether an event loop that has nothing to do looks out for news for a moment before it sleeps.</summary>
/// <remarks>
/// To be woken takes a thread longer than a client on the same network takes to ask again, so that looking out shortens what one client waits for. Where there are many clients it would be work for nothing, since somebody has news most of the
/// time, and they come in fewer at once; where news are rare it would only keep a processor from its rest. So it is done for a few clients, and as long as most waits of late ended in about the time for which the loop looks out. One thread uses it.
/// </remarks>
/// <param name="limit">For how long it looks out at most, in nanoseconds.</param>
internal sealed class SpinPace(long limit)
{
    /// <summary>With more clients than this it is never worth it.</summary>
    internal const int MostClients = 4;

    private const int Surest = 8;

    private int _inFavour;

    /// <summary>For how long it looks out at most, in nanoseconds.</summary>
    internal long Limit => limit;

    /// <summary>Whether it does so now.</summary>
    internal bool IsWorthIt => _inFavour > Surest / 2;

    /// <summary>Notes how long a wait took that sockets ended, awake or asleep, in nanoseconds.</summary>
    internal void Note(long nanoseconds)
    {
        // Who slept hears of it later than it came.
        _inFavour = nanoseconds < 2 * limit ? Math.Min(_inFavour + 1, Surest) : Math.Max(_inFavour - 1, 0);
    }
}
