namespace Catena.Server.Node;

/// <summary>How fast a node's time passes: a tick every few milliseconds while anything goes on, and one a round of beacons where nothing has for a while.</summary>
/// <remarks>
/// A node that idles wakes a few times a second instead of a hundred times. What may not wait for its next tick either hurries it or comes with
/// activity: a broken connection, a missing lease, a new configuration; a silent peer is activity too, so that it is suspected as soon as by a busy node.
/// <see cref="Stir" /> may be called on any thread, the rest on that which ticks.
/// </remarks>
internal sealed class TickPace(NodeCoreSettings settings, long now)
{
    private readonly long _idleBeaconInterval = Math.Max(settings.BeaconInterval, settings.IdleBeaconInterval);
    private long _activeAt = now;
    private volatile bool _isStirred;
    private volatile bool _isIdle;

    /// <summary>How long it is from one round of beacons to the next at this pace.</summary>
    internal long BeaconInterval => _isIdle ? _idleBeaconInterval : settings.BeaconInterval;

    /// <summary>Says that something goes on: from the next look on the node is not idle, for a while.</summary>
    /// <returns>Whether the node idles, so that its next tick may be far away; only the first of those who say it between two looks is told.</returns>
    internal bool Stir()
    {
        if (_isStirred)
        {
            return false;
        }

        _isStirred = true;
        // Either this sees that the node idles, or the look that lets it idle sees this.
        Interlocked.MemoryBarrier();
        return _isIdle;
    }

    /// <summary>Sets the pace, at the end of a tick.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isActive">Whether the tick found anything under way.</param>
    internal void Look(long now, bool isActive)
    {
        if (_isStirred || isActive)
        {
            _isStirred = false;
            _activeAt = now;
        }

        _isIdle = now - _activeAt >= settings.IdleAfter;
        Interlocked.MemoryBarrier();
        if (_isIdle && _isStirred)
        {
            _isIdle = false;
        }
    }

    /// <summary>When the next tick is due: an idle node has nothing to do before its next beacons. Ticks further apart would be taken for pauses of this process, which excuse a silence.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lastBeacons">When the last beacons went out.</param>
    internal long NextTick(long now, long lastBeacons) =>
        _isIdle ? Math.Max(now + settings.TickInterval, Math.Min(lastBeacons + _idleBeaconInterval, now + (settings.Detection.PauseNanos / 2))) : now + settings.TickInterval;
}
