using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Nodes;

/// <summary>A moment on one node's monotonic clock at which something is to happen.</summary>
public sealed class ClockTimer
{
    private readonly SimulatedClock _clock;

    internal ClockTimer(SimulatedClock clock, long due, string kind, Action action)
    {
        _clock = clock;
        Due = due;
        Kind = kind;
        Action = action;
    }

    /// <summary>The moment, as the node's monotonic clock shows it.</summary>
    public long Due { get; }

    internal string Kind { get; }

    internal Action Action { get; }

    internal ScheduledEvent? Scheduled { get; set; }

    /// <summary>Calls it off; without effect once it has gone off.</summary>
    public void Cancel() => _clock.Forget(this);
}
