namespace Catena.Server.Node;

/// <summary>Whether the disk has been quick to sync of late.</summary>
/// <remarks>
/// Told by the quickest of the last some dozens of syncs: on a busy machine any single one may take long because the thread had to wait for a processor. One thread at a time notes, any thread asks.
/// </remarks>
/// <param name="limit">Less than this is quick, in nanoseconds.</param>
internal sealed class SyncPace(long limit)
{
    private const int Window = 32;

    private long _quickest = long.MaxValue;
    private int _noted;
    private volatile bool _isQuick;

    /// <summary>Whether it is quick; not before so many syncs were noted that this can be told.</summary>
    internal bool IsQuick => _isQuick;

    /// <summary>Notes how long a sync took.</summary>
    internal void Note(long nanoseconds)
    {
        _quickest = Math.Min(_quickest, nanoseconds);
        if (++_noted == Window)
        {
            _isQuick = _quickest < limit;
            (_quickest, _noted) = (long.MaxValue, 0);
        }
    }
}
