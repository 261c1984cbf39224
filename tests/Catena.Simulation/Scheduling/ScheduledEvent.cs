namespace Catena.Simulation.Scheduling;

/// <summary>One thing that will happen in a <see cref="World" />, unless it is cancelled first.</summary>
public sealed class ScheduledEvent
{
    internal ScheduledEvent(long at, ulong order, string kind, ulong subject, Action action)
    {
        At = at;
        Order = order;
        Kind = kind;
        Subject = subject;
        Action = action;
    }

    /// <summary>The virtual time at which it happens.</summary>
    public long At { get; }

    /// <summary>Its place among all events scheduled; decides between events of the same moment.</summary>
    public ulong Order { get; }

    /// <summary>What happens, as in <c>net.deliver</c>; part of the world's hash.</summary>
    public string Kind { get; }

    /// <summary>To whom it happens (a node's id, a client's number); part of the world's hash.</summary>
    public ulong Subject { get; }

    /// <summary>Whether it was called off.</summary>
    public bool Cancelled { get; private set; }

    internal Action Action { get; }

    /// <summary>Calls it off; without effect once it has happened.</summary>
    public void Cancel() => Cancelled = true;
}
