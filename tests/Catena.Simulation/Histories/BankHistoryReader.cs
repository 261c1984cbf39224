namespace Catena.Simulation.Histories;

/// <summary>Puts the lines of a bank's history together: each call with its end.</summary>
internal sealed class BankHistoryReader
{
    private readonly SortedSet<string> _accounts = new(StringComparer.Ordinal);
    private readonly List<(bool IsRead, TransactionOperation Transaction)> _history = [];
    private readonly OpenCalls _calls = new();

    /// <summary>What was read so far; transactions that have not ended are of unknown outcome.</summary>
    public BankHistory History => new([.. _accounts], Transactions(isRead: false), Transactions(isRead: true));

    /// <summary>Takes the next line in.</summary>
    /// <exception cref="HistoryFormatException">It makes no sense, or does not follow from those before.</exception>
    public void Add(EdnValue line)
    {
        var isRead = EventLine.Required(line, ":f") switch
        {
            { Kind: EdnKind.Keyword, Text: ":read" } => true,
            { Kind: EdnKind.Keyword, Text: ":transfer" } => false,
            var function => throw new HistoryFormatException($":f is to be :read or :transfer, not {function}"),
        };
        var kind = EventLine.Kind(line);
        var process = EventLine.Process(line);
        var value = EventLine.Required(line, ":value");
        var found = isRead && kind == TransactionEventKind.Ok ? Balances(value) : [];
        if (!isRead)
        {
            TakeTransfer(value);
        }

        var time = EventLine.Time(line);
        _calls.Advance(time, EventLine.Index(line));
        if (kind == TransactionEventKind.Invoke)
        {
            _calls.Begin(process, _history.Count);
            _history.Add((isRead, new TransactionOperation(process, time, null, Outcome.Unknown, [])));
            return;
        }

        var place = _calls.End(process, kind);
        var (wasRead, open) = _history[place];
        if (wasRead != isRead)
        {
            throw new HistoryFormatException($"the transaction that process {process} ends is not the one it called: a {(wasRead ? "read" : "transfer")}");
        }

        _history[place] = (isRead, open with { Return = time, Outcome = OpenCalls.OutcomeOf(kind), Operations = found });
    }

    private TransactionOperation[] Transactions(bool isRead) => [.. _history.Where(one => one.IsRead == isRead).Select(one => one.Transaction)];

    private void TakeTransfer(EdnValue value)
    {
        foreach (var end in new[] { ":from", ":to" })
        {
            _accounts.Add(EventLine.Key(EventLine.Required(MapOf(value), end)));
        }

        EventLine.Required(value, ":amount").Integer(":amount");
    }

    /// <summary>What a read found: a map from accounts to balances, nil for an account that is not there.</summary>
    private List<MicroOperation> Balances(EdnValue value)
    {
        var found = new List<MicroOperation>();
        var pairs = MapOf(value).Items;
        for (var index = 0; index < pairs.Count; index += 2)
        {
            var account = EventLine.Key(pairs[index]);
            _accounts.Add(account);
            found.Add(MicroOperation.ReadValue(account, pairs[index + 1].Kind == EdnKind.Nil ? null : pairs[index + 1].Integer("a balance")));
        }

        return found;
    }

    private static EdnValue MapOf(EdnValue value) =>
        value.Kind == EdnKind.Map ? value : throw new HistoryFormatException($":value is to be a map, not {value}");
}
