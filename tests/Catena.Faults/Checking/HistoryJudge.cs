using Catena.Simulation.Checkers;

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
}
