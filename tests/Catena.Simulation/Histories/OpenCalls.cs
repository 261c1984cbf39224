namespace Catena.Simulation.Histories;

/// <summary>Which calls of a history have not ended yet, with the rules that its lines follow: times never go back, and a process has one call open at a time.</summary>
internal sealed class OpenCalls
{
    private readonly Dictionary<int, int> _open = [];
    private readonly HashSet<int> _retired = [];
    private long _lastTime = long.MinValue;
    private long? _lastIndex;

    /// <summary>Goes on to the next line.</summary>
    /// <exception cref="HistoryFormatException">It does not follow.</exception>
    public void Advance(long time, long? index)
    {
        if (time < _lastTime)
        {
            throw new HistoryFormatException($":time {time} is before that of an earlier line, {_lastTime}");
        }

        if (index <= _lastIndex)
        {
            throw new HistoryFormatException($":index {index} does not follow {_lastIndex}");
        }

        _lastTime = time;
        _lastIndex = index ?? _lastIndex;
    }

    /// <summary>Notes a call.</summary>
    /// <param name="process">Whose it is.</param>
    /// <param name="place">What its end will be told.</param>
    /// <exception cref="HistoryFormatException">The process cannot call now.</exception>
    public void Begin(int process, int place)
    {
        if (_retired.Contains(process))
        {
            throw new HistoryFormatException($"process {process} goes on after an end of :info");
        }

        if (!_open.TryAdd(process, place))
        {
            throw new HistoryFormatException($"process {process} calls a transaction while it has one open");
        }
    }

    /// <summary>Notes an end.</summary>
    /// <param name="process">Whose call it is.</param>
    /// <param name="kind">Which end.</param>
    /// <returns>What was noted with the call.</returns>
    /// <exception cref="HistoryFormatException">There is no such call.</exception>
    public int End(int process, TransactionEventKind kind)
    {
        if (!_open.Remove(process, out var place))
        {
            throw new HistoryFormatException($"process {process} has no open transaction that could end");
        }

        if (kind == TransactionEventKind.Info)
        {
            _retired.Add(process);
        }

        return place;
    }

    /// <summary>What an end says of the outcome.</summary>
    public static Outcome OutcomeOf(TransactionEventKind end) => end switch
    {
        TransactionEventKind.Ok => Outcome.Ok,
        TransactionEventKind.Fail => Outcome.Fail,
        _ => Outcome.Unknown,
    };
}
