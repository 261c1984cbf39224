namespace Catena.Server.Loops;

/// <summary>For how long an event loop that has nothing to do looks out for news before it sleeps.</summary>
/// <remarks>
/// <para>
/// To be woken takes a thread longer than a client on the same network takes to ask again, so that looking out shortens what a few clients wait for. Of many, somebody has news most of the time; where nobody has, the next is mostly there within a moment, and a loop that
/// is awake then is spared its sleep, and whoever asks the waking, which costs him about as much as the request.
/// </para>
/// <para>Where news are rare it would only keep a processor from its rest. So it is done as long as most waits of late ended soon after the time for which the loop would look out. One thread uses it.</para>
/// </remarks>
/// <param name="limit">For how long it looks out at most, in nanoseconds.</param>
internal sealed class SpinPace(long limit)
{
    /// <summary>With more clients than this it looks out for <see cref="Moment" /> at most.</summary>
    internal const int FewClients = 4;

    /// <summary>In nanoseconds.</summary>
    internal const long Moment = 2_000;

    // Who slept hears of it later than it came.
    private const int Lateness = 2;
    private const int LatenessAmongMany = 4;
    private const int Surest = 8;

    private int _inFavour;

    /// <summary>For how long it looks out now, in nanoseconds; 0 for not at all.</summary>
    /// <param name="clients">How many clients the loop serves.</param>
    internal long Limit(int clients) => _inFavour > Surest / 2 ? Longest(clients) : 0;

    /// <summary>Notes how long a wait took that sockets ended, awake or asleep, in nanoseconds.</summary>
    /// <param name="nanoseconds">How long.</param>
    /// <param name="clients">How many clients the loop serves.</param>
    internal void Note(long nanoseconds, int clients)
    {
        var soon = Longest(clients) * (clients > FewClients ? LatenessAmongMany : Lateness);
        _inFavour = nanoseconds < soon ? Math.Min(_inFavour + 1, Surest) : Math.Max(_inFavour - 1, 0);
    }

    private long Longest(int clients) => clients > FewClients ? Math.Min(limit, Moment) : limit;
}
