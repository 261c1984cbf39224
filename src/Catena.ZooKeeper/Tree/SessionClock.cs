namespace Catena.ZooKeeper.Tree;

/// <summary>Says which sessions have gone without contact for longer than their timeout; deterministic, told the time.</summary>
/// <remarks>As in ZooKeeper, expiry is rounded up to the next tick. Not thread-safe.</remarks>
/// <param name="tickMilliseconds">A tick's length.</param>
public sealed class SessionClock(long tickMilliseconds)
{
    private readonly SortedDictionary<long, long> _expiry = [];

    /// <summary>Notes that a session was heard of.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="timeoutMilliseconds">Its timeout.</param>
    /// <param name="now">The time, on any scale that goes forward.</param>
    public void Touch(long sessionId, long timeoutMilliseconds, long now) =>
        _expiry[sessionId] = (((now + timeoutMilliseconds) / tickMilliseconds) + 1) * tickMilliseconds;

    /// <summary>Forgets a session.</summary>
    /// <param name="sessionId">The session.</param>
    public void Forget(long sessionId) => _expiry.Remove(sessionId);

    /// <summary>The sessions whose time is up, by ascending id; they stay known until they are forgotten.</summary>
    /// <param name="now">The time, on the scale of <see cref="Touch" />.</param>
    public IReadOnlyList<long> Expired(long now) => [.. _expiry.Where(pair => pair.Value <= now).Select(pair => pair.Key)];
}
