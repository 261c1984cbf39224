namespace Catena.Simulation.Histories;

/// <summary>Puts the lines of a history of transactions together: each call with its end.</summary>
internal sealed class TransactionHistoryReader
{
    private readonly List<TransactionOperation> _history = [];
    private readonly Dictionary<int, int> _open = [];
    private readonly HashSet<int> _retired = [];
    private long _lastTime = long.MinValue;
    private long? _lastIndex;

    /// <summary>The transactions in the order of their calls; those that have not ended are of unknown outcome.</summary>
    public IReadOnlyList<TransactionOperation> History => _history;

    /// <summary>Takes the next line in.</summary>
    /// <exception cref="HistoryFormatException">It does not follow from those before.</exception>
    public void Add(TransactionEvent line)
    {
        if (line.Time < _lastTime)
        {
            throw new HistoryFormatException($":time {line.Time} is before that of an earlier line, {_lastTime}");
        }

        if (line.Index <= _lastIndex)
        {
            throw new HistoryFormatException($":index {line.Index} does not follow {_lastIndex}");
        }

        _lastTime = line.Time;
        _lastIndex = line.Index ?? _lastIndex;
        if (line.Kind == TransactionEventKind.Invoke)
        {
            Begin(line);
        }
        else
        {
            End(line);
        }
    }

    private void Begin(TransactionEvent line)
    {
        if (_retired.Contains(line.Process))
        {
            throw new HistoryFormatException($"process {line.Process} goes on after an end of :info");
        }

        if (!_open.TryAdd(line.Process, _history.Count))
        {
            throw new HistoryFormatException($"process {line.Process} calls a transaction while it has one open");
        }

        var steps = line.Operations.Select(step => step.Unanswered());
        _history.Add(new TransactionOperation(line.Process, line.Time, null, Outcome.Unknown, [.. steps]));
    }

    private void End(TransactionEvent line)
    {
        if (!_open.Remove(line.Process, out var place))
        {
            throw new HistoryFormatException($"process {line.Process} has no open transaction that could end");
        }

        var open = _history[place];
        if (!line.Operations.Select(step => step.Unanswered()).SequenceEqual(open.Operations))
        {
            throw new HistoryFormatException($"the transaction that process {line.Process} ends is not the one it called: {string.Join(' ', open.Operations)}");
        }

        if (line.Kind == TransactionEventKind.Info)
        {
            _retired.Add(line.Process);
        }

        _history[place] = open with
        {
            Return = line.Time,
            Outcome = line.Kind switch
            {
                TransactionEventKind.Ok => Outcome.Ok,
                TransactionEventKind.Fail => Outcome.Fail,
                _ => Outcome.Unknown,
            },
            Operations = line.Kind == TransactionEventKind.Ok ? line.Operations : open.Operations,
        };
    }
}
