namespace Catena.Server.Node;

/// <content>How time passes: in short steps while anything goes on, in long ones while nothing does, and with a round of beacons now and then.</content>
public sealed partial class NodeCore
{
    /// <summary>The least time between two rounds of beacons, however many reads wait for leases.</summary>
    private const long HurriedInterval = 2_000_000;

    /// <summary>The step of time of a partition that is at work: what hurries it are messages and the flusher, and nothing that it waits for is due to the millisecond.</summary>
    private const long BusyStep = 30_000_000;

    private readonly TickPace _pace;
    private long _lastTick;
    private long _lastBeacons = long.MinValue / 2;
    private long _lastAppended;
    private volatile bool _hurry;

    /// <summary>When <see cref="Tick" /> is to be called next, unless <see cref="INodePorts.HurryBeacons" /> asks for it sooner.</summary>
    public long NextTick => _pace.NextTick(_lastTick, _lastBeacons);

    /// <summary>Says that clients are at work, so that time passes in short steps from the next tick on. Any thread; costs next to nothing.</summary>
    public void Stir() => _ = _pace.Stir();

    /// <summary>Lets time pass; called when <see cref="NextTick" /> says, every few milliseconds while anything goes on, and at once after <see cref="INodePorts.HurryBeacons" />.</summary>
    /// <remarks>Unless somebody is suspected, a partition has its time pass in longer steps, and where nothing is under way in much longer ones: most partitions of most nodes, most of the time.</remarks>
    public void Tick()
    {
        var hasChanged = _watch.Tick();
        var now = _ports.Now;
        SendBeacons(now);
        var isForAll = hasChanged || _watch.SuspectsAnybody;
        var isActive = isForAll || _watch.IsAnybodyLate || _hurry;
        BeginTurn();
        for (var index = 0; index < _hosts.Length; index++)
        {
            if (_hosts[index] is { } host)
            {
                isActive |= !host.IsQuiet;
                if (isForAll || IsStepOver(index, host.IsQuiet ? host.QuietStep : BusyStep, now))
                {
                    host.Tick();
                }
            }
        }

        EndTurn();
        _lastTick = now;
        var appended = _storage.AppendedBytes;
        _pace.Look(now, isActive || appended != _lastAppended);
        _lastAppended = appended;
    }

    /// <summary>Ends the idleness, where there is one, with a tick at once.</summary>
    private void Rouse()
    {
        if (_pace.Stir())
        {
            _ports.HurryBeacons();
        }
    }

    /// <summary>Whether a step of a partition's time has ended since the last tick. The partitions' steps end one after the other, so that a tick has few of many partitions.</summary>
    private bool IsStepOver(int index, long step, long now)
    {
        var shift = step * index / _hosts.Length;
        return (now + shift) / step != (_lastTick + shift) / step;
    }

    private void SendBeacons(long now)
    {
        var isDue = now >= _lastBeacons + _pace.BeaconInterval || (_hurry && now >= _lastBeacons + HurriedInterval);
        if (!isDue || _ports.IsDiskStalled || _isLeaving)
        {
            return;
        }

        _lastBeacons = now;
        _hurry = false;
        lock (_beaconGate)
        {
            foreach (var peer in _peers)
            {
                _ports.Send(peer, _beacons.Send(peer, _watch.Heard, _ports.Now));
            }
        }
    }
}
