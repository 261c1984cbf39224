namespace Catena.Simulation.Checkers;

/// <summary>The verdict on a history: the worst of its keys.</summary>
/// <param name="Keys">Every key's verdict, in ordinal order of the keys.</param>
public sealed record LinearizabilityReport(IReadOnlyList<KeyReport> Keys)
{
    private const int MostExplained = 3;

    /// <summary>A violation if there is one, else whether every key was decided.</summary>
    public Verdict Verdict =>
        Keys.Any(key => key.Verdict == Verdict.Violation) ? Verdict.Violation
        : Keys.Any(key => key.Verdict == Verdict.OutOfSteps) ? Verdict.OutOfSteps
        : Verdict.Linearizable;

    /// <summary>What is wrong, a paragraph each of the first keys; empty if nothing is.</summary>
    public string Explanation
    {
        get
        {
            var wrong = Keys.Where(key => key.Verdict != Verdict.Linearizable).Select(key => key.Explanation).ToList();
            var more = wrong.Count > MostExplained ? FormattableString.Invariant($"\nand {wrong.Count - MostExplained} more keys") : "";
            return string.Join('\n', wrong.Take(MostExplained)) + more;
        }
    }
}
