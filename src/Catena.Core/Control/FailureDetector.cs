namespace Catena.Core.Control;

/// <summary>
/// Judges one peer by its beacons and its connection: how suspect it is, whether it is suspected, and whether it is steady.
/// </summary>
/// <remarks>
/// <para>
/// Silence is judged by the φ accrual method (Hayashibara, Défago, Yared and Katayama, "The φ Accrual Failure Detector", SRDS
/// 2004): the intervals between the last beacons say how unlikely a silence as long as the present one is. Whatever they say, a
/// silence under the shortest of the settings is never suspected, and one over the longest always is.
/// </para>
/// <para>
/// Hard evidence needs no silence: when a connection broke and the peer's machine refuses a new one, nothing listens there, and
/// the peer is suspected at once. A break alone proves nothing, and neither does a refusal of a peer that has never been
/// connected, which may just not have started yet.
/// </para>
/// <para>
/// A paused observer must not blame the peer. Every call counts as a look; if the last look is longer ago than the pause of the
/// settings, the observer was stopped, and the silence starts anew, since beacons may be waiting unread. An observer that is late
/// again and again, without a beacon between, is excused only a few times; after that each of its gaps counts as one tick, so
/// that even an overloaded observer finds out in the end. No interval with a pause in it is taken for a sample, and no pause for
/// a steady time.
/// </para>
/// <para>
/// A suspicion stands until a beacon arrives; a connection alone does not lift it, since the machine of a stopped process accepts
/// connections too. A suspicion that a beacon refutes is a flap. Each flap doubles the shortest silence that is suspected (up to
/// the longest) and the time for which the peer must be heard before it is steady; each long steady time takes one back. So a
/// flapping peer is dropped more and more reluctantly, and taken back more and more reluctantly.
/// </para>
/// <para>
/// Times are nanoseconds of a monotonic clock that counts suspended time (CLOCK_BOOTTIME); one that runs backwards is taken as
/// standing still. Not thread-safe.
/// </para>
/// </remarks>
public sealed class FailureDetector
{
    private readonly FailureDetectorSettings _settings;
    private readonly ArrivalWindow _window;
    private long _now;
    private long _silentSince;
    private long _lastBeacon;
    private bool _heard;
    private bool _pausedSinceBeacon;
    private int _excuses;
    private bool _wasConnected;
    private bool _isBroken;
    private SuspicionCause _cause;
    private long _steadySince;
    private long _flapForgottenAt;
    private int _flaps;

    /// <summary>A detector that trusts its peer for now; the silence counts from now.</summary>
    /// <param name="settings">How soon silence becomes suspicion.</param>
    /// <param name="nowNanos">The time now.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public FailureDetector(FailureDetectorSettings settings, long nowNanos)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        _settings = settings;
        _window = new ArrivalWindow(settings);
        _now = _silentSince = _steadySince = _flapForgottenAt = nowNanos;
    }

    /// <summary>How many flaps are held against the peer at present.</summary>
    public int Flaps => _flaps;

    /// <summary>A beacon of the peer has arrived.</summary>
    /// <param name="nowNanos">When it was received.</param>
    public void BeaconArrived(long nowNanos)
    {
        Look(nowNanos);
        if (_heard && !_pausedSinceBeacon)
        {
            _window.Add(_now - _lastBeacon);
        }

        if (!_heard || _cause != SuspicionCause.None)
        {
            _steadySince = _flapForgottenAt = _now;
        }

        if (_cause != SuspicionCause.None)
        {
            _flaps = Math.Min(_flaps + 1, _settings.MaxFlaps);
        }

        _heard = true;
        _lastBeacon = _silentSince = _now;
        _pausedSinceBeacon = false;
        _excuses = 0;
        _cause = SuspicionCause.None;
    }

    /// <summary>A connection to the peer stands.</summary>
    /// <param name="nowNanos">The time now.</param>
    public void Connected(long nowNanos)
    {
        Look(nowNanos);
        _wasConnected = true;
        _isBroken = false;
    }

    /// <summary>The connection to the peer broke, by a reset, an end or an error; it stays broken until another stands.</summary>
    /// <remarks>A beacon does not mend it: it may have been waiting in the buffers of another connection when the peer died.</remarks>
    /// <param name="nowNanos">The time now.</param>
    public void ConnectionBroken(long nowNanos)
    {
        Look(nowNanos);
        _isBroken = _wasConnected;
    }

    /// <summary>The peer's machine refused a connection (ECONNREFUSED; no other failure to connect is meant).</summary>
    /// <param name="nowNanos">The time now.</param>
    public void ConnectionRefused(long nowNanos)
    {
        Look(nowNanos);
        if (_isBroken)
        {
            _cause = SuspicionCause.Refused;
        }
    }

    /// <summary>The observer looks: to be called about once a tick, whatever else happens.</summary>
    /// <param name="nowNanos">The time now.</param>
    /// <returns>What is held of the peer now.</returns>
    public Suspicion Tick(long nowNanos)
    {
        Look(nowNanos);
        ForgetFlaps();
        var silence = _now - _silentSince;
        var level = _window.Level(silence);
        if (_cause == SuspicionCause.None && IsTooSilent(silence, level))
        {
            _cause = SuspicionCause.Silence;
        }

        return new Suspicion(level, _cause);
    }

    /// <summary>
    /// Whether the peer has been heard without a suspicion for long enough to be relied on anew, for instance to be made a member.
    /// </summary>
    /// <param name="nowNanos">The time now.</param>
    public bool IsSteady(long nowNanos) => _heard && !Tick(nowNanos).IsSuspected && _now - _steadySince >= _settings.SteadyNanos << _flaps;

    private bool IsTooSilent(long silence, double level)
    {
        var shortest = Math.Min(_settings.MinSilenceNanos << _flaps, _settings.MaxSilenceNanos);
        return silence > _settings.MaxSilenceNanos || (silence >= shortest && level >= _settings.Threshold);
    }

    private void Look(long nowNanos)
    {
        var gap = nowNanos - _now;
        if (gap <= 0)
        {
            return;
        }

        _now = nowNanos;
        if (gap <= _settings.PauseNanos)
        {
            return;
        }

        var unseen = gap - _settings.TickIntervalNanos;
        _pausedSinceBeacon = true;
        _silentSince = _excuses < _settings.MaxExcuses ? _now : _silentSince + unseen;
        _steadySince += unseen;
        _flapForgottenAt += unseen;
        _excuses = Math.Min(_excuses + 1, _settings.MaxExcuses);
    }

    private void ForgetFlaps()
    {
        while (_flaps > 0 && _cause == SuspicionCause.None && _now - _flapForgottenAt >= _settings.FlapMemoryNanos)
        {
            _flaps--;
            _flapForgottenAt += _settings.FlapMemoryNanos;
        }
    }
}
