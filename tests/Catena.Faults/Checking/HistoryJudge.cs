using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Running;

namespace Catena.Faults.Checking;

/// <summary>Judges what clients were told.</summary>
internal static class HistoryJudge
{
    /// <summary>The steps that the check of one key may take. More than the simulator allows: a key here has some thousand operations.</summary>
    private const long StepLimit = 30_000_000;

    /// <summary>Checks every key for linearizability.</summary>
    /// <param name="operations">Everything that was ever asked about the keys concerned.</param>
    /// <param name="stepLimit">The steps that the check of one key may take; a check that needs more has shown nothing, and counts as a violation.</param>
    /// <returns>What is wrong, one text for each key; empty if nothing is.</returns>
    public static IReadOnlyList<string> Violations(IEnumerable<RecordedOperation> operations, long stepLimit = StepLimit)
    {
        var report = new LinearizabilityChecker(stepLimit).Check(operations.Select(recorded => recorded.Operation));
        return
        [
            .. report.Keys.Where(key => key.Verdict != Verdict.Linearizable).Select(key =>
                $"key {key.Key} is {(key.Verdict == Verdict.Violation ? "NOT linearizable" : "UNDECIDED (out of steps)")}: {key.Explanation}"),
        ];
    }

    /// <summary>Checks what a load of transactions was told.</summary>
    /// <param name="history">Its history, as a text.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="whole">Since when everything was whole again, so that transactions have to be answered; null where that was not broken.</param>
    /// <param name="judgement">What was found in detail.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    /// <exception cref="HarnessException">It is no history.</exception>
    public static IReadOnlyList<string> Violations(string history, string name, long? whole, out TransactionJudgement judgement)
    {
        try
        {
            judgement = TransactionHistoryCheck.Check(history);
        }
        catch (HistoryFormatException wrong)
        {
            throw new HarnessException($"{name}: {wrong.Message}", wrong);
        }

        var violations = new List<string>();
        if (!judgement.IsValid)
        {
            violations.Add($"{name}: {judgement.Verdict}\n{judgement.Report.Explanation}");
        }

        if (whole is { } since && !judgement.Answered.Any(transaction => transaction.Call > since))
        {
            violations.Add($"no transaction of {name} succeeded after everything was whole again");
        }

        return violations;
    }
}
