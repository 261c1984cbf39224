namespace Catena.Server.Loops;

/// <summary>Whether an event loop that has nothing to do looks out for news for a moment before it sleeps.</summary>
/// <remarks>
/// To be woken takes a thread longer than a client on the same network takes to ask again, so that looking out shortens what one client waits for. Where the news of many clients come it would be work for nothing, since somebody's are
/// there most of the time and come in fewer at once, and where they are rare it would only keep a processor from its rest. So it is told by the waits of late: dozens in a row ended with news of one or two of the same few sockets, and nearly all of them in
/// about the time for which the loop looks out. One thread uses it.
/// </remarks>
/// <param name="limit">For how long it looks out at most, in nanoseconds.</param>
internal sealed class SpinPace(long limit)
{
    private const int MostReady = 2;
    private const int FewSockets = 3;
    private const int Surest = 64;
    private const int RareCosts = 16;

    private readonly ulong[] _sockets = new ulong[FewSockets];
    private int _next;
    private int _inFavour;

    /// <summary>For how long it looks out at most, in nanoseconds.</summary>
    internal long Limit => limit;

    /// <summary>Whether it does so now.</summary>
    internal bool IsWorthIt => _inFavour > Surest / 2;

    /// <summary>Notes how a wait ended that sockets ended.</summary>
    /// <param name="nanoseconds">How long it took, awake or asleep.</param>
    /// <param name="ready">How many sockets were ready.</param>
    /// <param name="socket">The token of the first of them.</param>
    internal void Note(long nanoseconds, int ready, ulong socket)
    {
        if (ready > MostReady || !_sockets.AsSpan().Contains(socket))
        {
            _inFavour = 0;
        }
        else
        {
            // Who slept hears of it later than it came.
            _inFavour = nanoseconds < 2 * limit ? Math.Min(_inFavour + 1, Surest) : Math.Max(_inFavour - RareCosts, 0);
        }

        _sockets[_next] = socket;
        _next = (_next + 1) % FewSockets;
    }
}
