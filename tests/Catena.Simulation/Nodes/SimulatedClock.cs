using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Nodes;

/// <summary>The two clocks of one node: a monotonic one that is a little too fast or too slow, and a wall clock that also jumps.</summary>
/// <remarks>
/// The monotonic clock stands for CLOCK_BOOTTIME: it never goes back and goes on while the node is paused. The arithmetic is in integers, so
/// that it gives the same everywhere. Timers are kept by the clock, since a change of rate moves them.
/// </remarks>
public sealed class SimulatedClock
{
    private const long Billion = 1_000_000_000;
    private readonly World _world;
    private readonly ulong _owner;
    private readonly List<ClockTimer> _timers = [];
    private long _anchorWorld;
    private long _anchorLocal;
    private long _wallOffset;

    /// <summary>A clock that starts as <paramref name="profile" /> says.</summary>
    /// <param name="world">Where time comes from.</param>
    /// <param name="owner">The node's id, the subject of the timers' events.</param>
    /// <param name="profile">Rate and offsets.</param>
    public SimulatedClock(World world, ulong owner, ClockProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _world = world;
        _owner = owner;
        _anchorWorld = world.Now;
        _anchorLocal = profile.Offset + world.Now;
        _wallOffset = profile.WallOffset;
        RateError = profile.RateError;
    }

    /// <summary>How much the clock gains, in parts per thousand million.</summary>
    public long RateError { get; private set; }

    /// <summary>The monotonic time in nanoseconds.</summary>
    public long Now
    {
        get
        {
            var elapsed = _world.Now - _anchorWorld;
            return _anchorLocal + elapsed + (long)((Int128)elapsed * RateError / Billion);
        }
    }

    /// <summary>The time of day in nanoseconds, counted from the world's beginning.</summary>
    public long Wall => Now + _wallOffset;

    /// <summary>Changes the rate from now on. Beyond <see cref="ClockProfile.RateErrorBound" /> it is a broken clock, which checkers must notice.</summary>
    /// <param name="rateError">Parts per thousand million; more than -10^9, which would stand still.</param>
    public void SetRateError(long rateError)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rateError, -Billion);
        var now = Now;
        _anchorWorld = _world.Now;
        _anchorLocal = now;
        RateError = rateError;
        foreach (var timer in _timers)
        {
            timer.Scheduled?.Cancel();
            Arm(timer);
        }
    }

    /// <summary>Moves the wall clock; the monotonic clock does not notice.</summary>
    public void JumpWall(long by) => _wallOffset += by;

    /// <summary>Lets something happen once the monotonic clock shows <paramref name="due" />; at once if it already does.</summary>
    public ClockTimer SetTimer(long due, string kind, Action action)
    {
        var timer = new ClockTimer(this, due, kind, action);
        _timers.Add(timer);
        Arm(timer);
        return timer;
    }

    /// <summary>Calls off every timer: the process that set them is gone.</summary>
    public void ForgetTimers()
    {
        foreach (var timer in _timers)
        {
            timer.Scheduled?.Cancel();
        }

        _timers.Clear();
    }

    internal void Forget(ClockTimer timer)
    {
        timer.Scheduled?.Cancel();
        _timers.Remove(timer);
    }

    private void Arm(ClockTimer timer) =>
        timer.Scheduled = _world.Schedule(WorldDelay(timer.Due - Now), timer.Kind, _owner, () => Expire(timer));

    private void Expire(ClockTimer timer)
    {
        if (timer.Due > Now)
        {
            // Rounding: a moment of the clock can lie between two of the world.
            Arm(timer);
            return;
        }

        _timers.Remove(timer);
        timer.Action();
    }

    private long WorldDelay(long local)
    {
        if (local <= 0)
        {
            return 0;
        }

        var rate = (Int128)(Billion + RateError);
        return (long)((((Int128)local * Billion) + rate - 1) / rate);
    }
}
