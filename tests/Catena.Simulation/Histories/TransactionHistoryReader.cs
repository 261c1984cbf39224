namespace Catena.Simulation.Histories;

/// <summary>Puts the lines of a history of transactions together: each call with its end.</summary>
internal sealed class TransactionHistoryReader
{
    private readonly List<TransactionOperation> _history = [];
    private readonly OpenCalls _calls = new();

    /// <summary>The transactions in the order of their calls; those that have not ended are of unknown outcome.</summary>
    public IReadOnlyList<TransactionOperation> History => _history;

    /// <summary>Takes the next line in.</summary>
    /// <exception cref="HistoryFormatException">It does not follow from those before.</exception>
    public void Add(TransactionEvent line)
    {
        _calls.Advance(line.Time, line.Index);
        if (line.Kind == TransactionEventKind.Invoke)
        {
            _calls.Begin(line.Process, _history.Count);
            var steps = line.Operations.Select(step => step.Unanswered());
            _history.Add(new TransactionOperation(line.Process, line.Time, null, Outcome.Unknown, [.. steps]));
        }
        else
        {
            End(line);
        }
    }

    private void End(TransactionEvent line)
    {
        var place = _calls.End(line.Process, line.Kind);
        var open = _history[place];
        if (!line.Operations.Select(step => step.Unanswered()).SequenceEqual(open.Operations))
        {
            throw new HistoryFormatException($"the transaction that process {line.Process} ends is not the one it called: {string.Join(' ', open.Operations)}");
        }

        _history[place] = open with
        {
            Return = line.Time,
            Outcome = OpenCalls.OutcomeOf(line.Kind),
            Operations = line.Kind == TransactionEventKind.Ok ? line.Operations : open.Operations,
        };
    }
}
