using System.Globalization;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>One transaction as its client saw it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Call">When it was asked, in nanoseconds; no two calls or returns have the same time.</param>
public sealed record TransactionRecord(int Client, TransactionRequest Request, long Call)
{
    /// <summary>What was done, or is if it is carried out.</summary>
    public IReadOnlyList<TransactionStep> Steps { get; set; } = Request.Steps;

    /// <summary>When it ended for the client; null while it has not.</summary>
    public long? Return { get; set; }

    /// <summary>How.</summary>
    public TransactionAnswer Answer { get; set; } = new(Outcome.Unknown);

    /// <summary>The transaction as one of lists.</summary>
    public TransactionOperation ToLists() => ToOperation((key, text) =>
        MicroOperation.ReadList(key, [.. (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(item => long.Parse(item, CultureInfo.InvariantCulture))]));

    /// <summary>The transaction as one of registers.</summary>
    public TransactionOperation ToRegisters() => ToRegisters(_ => true);

    /// <summary>What the transaction did to registers, where it did other things too.</summary>
    /// <param name="isOfRegister">Whether a step is one on a register.</param>
    public TransactionOperation ToRegisters(Func<TransactionStep, bool> isOfRegister) => ToOperation((key, text) => MicroOperation.ReadValue(key, ToNumber(text)), isOfRegister);

    /// <summary>The transaction as one that reads accounts; those that are not there are empty.</summary>
    public TransactionOperation ToBalances() => ToOperation((key, text) => MicroOperation.ReadValue(key, ToNumber(text) ?? 0));

    private static long? ToNumber(string? text) => text is null ? null : long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What was watched was as its client had read it when the steps were carried out, so the transaction has read it then.</summary>
    private TransactionOperation ToOperation(Func<string, string?, MicroOperation> read, Func<TransactionStep, bool>? counts = null)
    {
        var found = Answer.IsCarriedOut ? Answer.Read : null;
        var operations = Request.Watched.Select(watched => found is null ? MicroOperation.Read(watched.Key) : read(watched.Key, watched.Seen.Value)).ToList();
        var reads = 0;
        foreach (var step in Steps)
        {
            var seen = found is not null && step.Reads ? found[reads++] : default;
            if (counts?.Invoke(step) == false)
            {
                continue;
            }

            operations.Add(step.Kind switch
            {
                StepKind.Append => MicroOperation.Append(step.Key, step.Number),
                StepKind.Write => MicroOperation.Write(step.Key, step.Number),
                StepKind.Read => found is null ? MicroOperation.Read(step.Key) : read(step.Key, seen.Value),
                _ => throw new InvalidOperationException($"{step} has no place in a history"),
            });
        }

        var outcome = Answer.Outcome == Outcome.Ok && found is null ? Outcome.Fail : Answer.Outcome;
        return new TransactionOperation(Client, Call, Return, outcome, operations);
    }
}
