using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>Carries commands out, one after the other, and knows the transaction that is open.</summary>
/// <param name="client">Where they go.</param>
/// <param name="output">Where the answers go.</param>
/// <param name="limit">How many entries a scan shows unless it is told.</param>
internal sealed class ShellSession(ShellClient client, ShellOutput output, int limit)
{
    private byte[] _aborted = [];

    /// <summary>Where the answers go.</summary>
    public ShellOutput Output => output;

    /// <summary>How many entries a scan shows unless it is told.</summary>
    public int Limit => limit;

    /// <summary>The handle of the transaction that is open; empty for none.</summary>
    public byte[] Transaction { get; private set; } = [];

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => Transaction.Length > 0;

    /// <summary>Whether the user wants no more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The keys that were written and read, for completion.</summary>
    public KnownKeys Known { get; private set; } = new();

    /// <summary>The name of the table that commands go to; empty for the default one.</summary>
    public string Table { get; private set; } = "";

    /// <summary>What stands before a line that is typed.</summary>
    public string Prompt => $"catena{(Table.Length > 0 ? $":{Table}" : "")}{(IsInTransaction ? " (transaction)" : "")}> ";

    /// <summary>Lets the commands that follow go to another table.</summary>
    /// <param name="table">Its name; empty for the default one.</param>
    public void Use(string table)
    {
        Table = table;
        Known = new KnownKeys();
    }

    /// <summary>Carries one line out.</summary>
    /// <param name="line">The line; a blank one, or a comment, does nothing.</param>
    /// <param name="place">What stands before an error: the place of the line.</param>
    /// <returns>Whether all went well.</returns>
    public bool Run(string line, string place)
    {
        var name = "";
        try
        {
            if (!ShellLine.TryParse(line, out var words, out var problem))
            {
                throw new ShellException(problem);
            }

            if (words.Count == 0)
            {
                return true;
            }

            name = ShellText.Harmless(words[0].Text);
            var verb = ShellVerbs.Find(words[0].Text) ?? throw new ShellException($"there is no command '{name}'; help lists them");
            name = verb.Name;
            var arguments = words[1..];
            if (arguments.Count < verb.Least || arguments.Count > verb.Most)
            {
                throw new ShellException($"usage: {verb.Name} {verb.Usage}".TrimEnd());
            }

            if (IsInTransaction && !verb.IsOfTransactions)
            {
                throw new ShellException($"{verb.Name} is not possible inside a transaction; commit it or roll it back first");
            }

            output.Begin(verb.Name);
            verb.Run(this, arguments);
            output.End();
            return true;
        }
        catch (ShellException failure)
        {
            output.Fail(output.IsJson ? name : name.Length == 0 ? place : $"{place}: {name}", failure);
            return false;
        }
    }

    /// <summary>Calls a method; inside a transaction at that one's node.</summary>
    public T Call<T>(CatenaRequest request, ReplyReading<T> read, CallKind kind)
    {
        try
        {
            return client.Call(request, read, IsInTransaction ? CallKind.TransactionStep : kind);
        }
        catch (ShellException failure) when (IsInTransaction)
        {
            throw Ended(failure, request.Method);
        }
    }

    /// <summary>Begins a transaction, in the place of one that was aborted if there was one.</summary>
    public void BeginTransaction(bool locking)
    {
        Transaction = Call(CatenaRequest.Begin(locking, _aborted), Readings.Bytes, CallKind.Repeatable);
        _aborted = [];
    }

    /// <summary>The open transaction has ended, or has been handed over.</summary>
    public void LeaveTransaction() => Transaction = [];

    /// <summary>The user wants no more. An open transaction is rolled back.</summary>
    public void End()
    {
        IsOver = true;
        if (IsInTransaction)
        {
            Call(CatenaRequest.OfTransaction(CatenaMethod.TransactionRollback, Transaction), Readings.Nothing, CallKind.Write);
            LeaveTransaction();
        }
    }

    /// <summary>Whether a failure ends the open transaction, and what it says of it then.</summary>
    private ShellException Ended(ShellException failure, CatenaMethod method)
    {
        var isCommit = method == CatenaMethod.TransactionCommit;
        var isPrepare = method == CatenaMethod.TransactionPrepare;
        if (failure.IsLost)
        {
            LeaveTransaction();
            return new ShellException(isPrepare
                ? $"{failure.Message}; the transaction has ended, and is rolled back unless it was prepared, in which case that happens within an hour"
                : $"{failure.Message}; the transaction has ended")
            {
                IsLost = true,
                IsOpen = failure.IsOpen && isCommit,
            };
        }

        if (failure.Raised is CatenaException.TransactionAborted or CatenaException.NoSuchTransaction or CatenaException.OutcomeUnknown or CatenaException.TransactionCommitted)
        {
            _aborted = failure.Raised == CatenaException.TransactionAborted ? Transaction : [];
            LeaveTransaction();
            var advice = failure.Raised == CatenaException.TransactionAborted ? "; begin again" : "";
            return new ShellException($"{failure.Message}; the transaction has ended{advice}") { Raised = failure.Raised, IsOpen = failure.IsOpen };
        }

        return new ShellException($"{failure.Message}; the transaction is still open") { Raised = failure.Raised, IsOpen = failure.IsOpen };
    }
}
