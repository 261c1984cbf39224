using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>A time in which the requests of clients wait: CLIENT PAUSE.</summary>
/// <remarks>Thread-safe. It concerns the clients of this node only; CLIENT itself never waits, so that a pause can be ended.</remarks>
internal sealed class ClientPause : IDisposable
{
    private readonly Lock _sync = new();
    private readonly TimeProvider _time;
    private readonly Action _resume;
    private readonly ITimer _timer;
    private long _since;
    private TimeSpan _length;
    private volatile bool _isActive;
    private volatile bool _onlyWrites;

    /// <summary>No pause.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="resume">Makes all connections look at their requests again.</param>
    public ClientPause(TimeProvider time, Action resume)
    {
        _time = time;
        _resume = resume;
        _timer = time.CreateTimer(_ => EndIfOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether there is a pause.</summary>
    public bool IsActive => _isActive;

    /// <summary>Whether a request waits.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="mayWrite">Whether it may change data.</param>
    public bool Holds(RedisCommand command, bool mayWrite) =>
        _isActive
        && command.Id != RedisCommandId.Client
        && (!_onlyWrites || mayWrite || command.Id is RedisCommandId.Publish or RedisCommandId.SPublish);

    /// <summary>Begins a pause; one that there is becomes neither shorter nor weaker.</summary>
    /// <param name="length">How long.</param>
    /// <param name="onlyWrites">Whether reads go on.</param>
    public void Begin(TimeSpan length, bool onlyWrites)
    {
        lock (_sync)
        {
            var rest = _isActive ? _length - _time.GetElapsedTime(_since) : TimeSpan.Zero;
            _onlyWrites = onlyWrites && (!_isActive || _onlyWrites);
            _length = rest > length ? rest : length;
            _since = _time.GetTimestamp();
            _isActive = true;
            _timer.Change(Due(_length), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the pause, if there is one.</summary>
    public void End()
    {
        _isActive = false;
        _resume();
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    // A timer takes at most 49 days; a longer pause is looked at again then.
    private static TimeSpan Due(TimeSpan rest) => TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(rest.TotalMilliseconds), 0, int.MaxValue));

    private void EndIfOver()
    {
        lock (_sync)
        {
            var rest = _length - _time.GetElapsedTime(_since);
            if (_isActive && rest > TimeSpan.Zero)
            {
                _timer.Change(Due(rest), Timeout.InfiniteTimeSpan);
                return;
            }
        }

        End();
    }
}
