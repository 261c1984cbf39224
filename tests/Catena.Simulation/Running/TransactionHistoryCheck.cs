using Catena.Simulation.Checkers.Transactions;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Running;

/// <summary>Judges histories of transactions in EDN, whatever they are about.</summary>
public static class TransactionHistoryCheck
{
    /// <summary>Whether a text looks like a history of transactions, and not like one of single operations: it begins with a map of EDN, or a comment.</summary>
    public static bool IsMeant(ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart();
        return rest.StartsWith(";") || (rest.StartsWith("{") && rest[1..].TrimStart().StartsWith(":"));
    }

    /// <summary>Checks a history.</summary>
    /// <exception cref="HistoryFormatException">It makes no sense; the message names the line.</exception>
    public static TransactionJudgement Check(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return IsBank(text) ? CheckBank(text) : CheckSteps(text);
        }
        catch (ArgumentException wrong)
        {
            throw new HistoryFormatException(wrong.Message, wrong);
        }
    }

    /// <summary>Whether it is about accounts: its first line that tells of a transaction says so. What is not as it should be is left to the reader of transactions of steps.</summary>
    private static bool IsBank(string text)
    {
        using var source = new StringReader(text);
        while (source.ReadLine() is { } line)
        {
            try
            {
                if (EventLine.Read(line) is { } told)
                {
                    return told.Find(":f") is { Kind: EdnKind.Keyword, Text: ":transfer" or ":read" };
                }
            }
            catch (HistoryFormatException)
            {
                return false;
            }
        }

        return false;
    }

    private static TransactionJudgement CheckBank(string text)
    {
        using var source = new StringReader(text);
        var history = BankHistoryFile.Read(source);
        var report = new BankChecker(history.Accounts, total: 0, mayBeNegative: true).Check(history.Reads);
        IReadOnlyList<TransactionOperation> all = [.. history.Transfers, .. history.Reads];
        return new TransactionJudgement(TransactionSubject.Bank, Answered(all), all.Count, report);
    }

    private static TransactionJudgement CheckSteps(string text)
    {
        using var source = new StringReader(text);
        var history = TransactionHistoryFile.Read(source);
        var isOfLists = history.SelectMany(transaction => transaction.Operations).Any(step => step.Kind == MicroOperationKind.Append || step.List is not null);
        return isOfLists
            ? new TransactionJudgement(TransactionSubject.Lists, Answered(history), history.Count, ListAppendChecker.Check(history))
            : new TransactionJudgement(TransactionSubject.Registers, Answered(history), history.Count, RegisterChecker.Check(history));
    }

    private static List<(long Call, long Return)> Answered(IReadOnlyList<TransactionOperation> history) =>
        [.. history.Where(transaction => transaction.Outcome == Outcome.Ok).Select(transaction => (transaction.Call, transaction.Return!.Value))];
}
