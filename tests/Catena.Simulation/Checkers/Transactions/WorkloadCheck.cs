using System.Globalization;
using Catena.Simulation.Histories;
using Catena.Simulation.Workloads;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Judges what the clients of a <see cref="TransactionWorkload" /> saw.</summary>
internal static class WorkloadCheck
{
    /// <summary>Finds what is wrong.</summary>
    /// <returns>The promise that was broken, and how; null where none was.</returns>
    internal static (string Rule, string Detail)? Check(IReadOnlyList<TransactionRecord> records, int accounts)
    {
        var lists = ListAppendChecker.Check(records.Where(record => record.Steps[0].Key[0] == 'l').Select(ToLists));
        if (!lists.IsValid)
        {
            return ("serializability", lists.Explanation);
        }

        var names = Enumerable.Range(0, accounts).Select(number => string.Create(CultureInfo.InvariantCulture, $"a{number}"));
        var reads = records.Where(record => record.Steps.All(step => step.Key[0] == 'a' && step.Kind == StepKind.Read)).Select(ToBalances);
        var bank = new BankChecker(names, total: 0, mayBeNegative: true).Check(reads);
        return bank.IsValid ? null : ("bank", bank.Explanation);
    }

    private static TransactionOperation ToLists(TransactionRecord record) => ToOperation(record, (step, text) => step.Kind == StepKind.Append
        ? MicroOperation.Append(step.Key, step.Number)
        : MicroOperation.ReadList(step.Key, [.. (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(item => long.Parse(item, CultureInfo.InvariantCulture))]));

    private static TransactionOperation ToBalances(TransactionRecord record) =>
        ToOperation(record, (step, text) => MicroOperation.ReadValue(step.Key, text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture)));

    private static TransactionOperation ToOperation(TransactionRecord record, Func<TransactionStep, string?, MicroOperation> form)
    {
        var operations = new List<MicroOperation>();
        var read = 0;
        foreach (var step in record.Steps)
        {
            var isRead = step.Kind == StepKind.Read;
            operations.Add(isRead && record.Read is null ? MicroOperation.Read(step.Key) : form(step, isRead ? record.Read![read++] : null));
        }

        return new TransactionOperation(record.Client, record.Call, record.Return == long.MaxValue ? null : record.Return, record.Outcome, operations);
    }
}
