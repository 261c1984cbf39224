using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Histories;

/// <summary>Writes down what clients do and learn.</summary>
/// <remarks>
/// Every call and every return gets a time of its own, a nanosecond after the one before if need be, so that the order in which clients
/// acted within one moment of the world is kept.
/// </remarks>
/// <param name="world">Where time comes from.</param>
public sealed class HistoryRecorder(World world)
{
    private readonly SortedDictionary<long, (int Client, string Key, RegisterCommand Command, long Call)> _open = [];
    private readonly List<HistoryOperation> _done = [];
    private long _lastTime = -1;
    private long _lastHandle;

    /// <summary>What has ended so far.</summary>
    public IReadOnlyList<HistoryOperation> Done => _done;

    /// <summary>Notes that a client asks.</summary>
    /// <returns>A handle for the end.</returns>
    public long Begin(int client, string key, RegisterCommand command)
    {
        _open.Add(++_lastHandle, (client, key, command, Time()));
        return _lastHandle;
    }

    /// <summary>Notes how it ended. Only the first end counts: after giving up, a client learns no more.</summary>
    public void End(long handle, Outcome outcome, RegisterResult? result)
    {
        if (_open.Remove(handle, out var open))
        {
            _done.Add(new HistoryOperation(
                open.Client, open.Key, open.Command, open.Call, Time(), outcome, outcome == Outcome.Ok ? result ?? RegisterResult.Done : null));
            world.Fold((ulong)outcome);
        }
    }

    /// <summary>Everything, with what has not ended as unknown.</summary>
    public IReadOnlyList<HistoryOperation> Complete()
    {
        foreach (var handle in _open.Keys.ToList())
        {
            End(handle, Outcome.Unknown, null);
        }

        return _done;
    }

    private long Time()
    {
        _lastTime = Math.Max(world.Now, _lastTime + 1);
        return _lastTime;
    }
}
