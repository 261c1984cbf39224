namespace Catena.Mutation.Reporting;

/// <summary>One change of the source, and what became of it.</summary>
/// <param name="File">The file, relative to the replication's folder.</param>
/// <param name="Line">The line at which the changed text begins.</param>
/// <param name="Change">The change as text; with the file it names the mutant, whatever line it has moved to.</param>
/// <param name="Operator">The kind of change.</param>
/// <param name="Status">What became of it.</param>
internal sealed record Mutant(string File, int Line, string Change, string Operator, MutantStatus Status)
{
    /// <summary>What names the mutant in the list of accepted survivors.</summary>
    public string Name => $"{File}: {Change}";

    /// <summary>Whether a test noticed the change.</summary>
    public bool IsDetected => Status is MutantStatus.Killed or MutantStatus.TimedOut;
}
