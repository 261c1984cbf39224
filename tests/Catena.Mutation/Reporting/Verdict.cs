namespace Catena.Mutation.Reporting;

/// <summary>What a report says of the tests, given the list of accepted survivors.</summary>
internal sealed class Verdict
{
    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly IReadOnlyDictionary<string, string> _accepted;
    private readonly double _atLeast;

    /// <summary>Judges.</summary>
    /// <param name="mutants">The mutants that were tried.</param>
    /// <param name="accepted">The reasons for survivors, by name.</param>
    /// <param name="atLeast">The least score, in percent, that passes.</param>
    /// <param name="isInScope">Whether a file was to be changed; what is accepted elsewhere is not looked at.</param>
    public Verdict(IReadOnlyList<Mutant> mutants, IReadOnlyDictionary<string, string> accepted, double atLeast, Func<string, bool> isInScope)
    {
        _mutants = mutants;
        _accepted = accepted;
        _atLeast = atLeast;
        Unexplained = [.. mutants.Where(mutant => !mutant.IsDetected && !accepted.ContainsKey(mutant.Name))];
        Explained = [.. mutants.Where(mutant => !mutant.IsDetected && accepted.ContainsKey(mutant.Name))];

        var byName = mutants.ToDictionary(mutant => mutant.Name, StringComparer.Ordinal);
        AcceptedButKilled = [.. accepted.Keys.Where(name => byName.TryGetValue(name, out var mutant) && mutant.IsDetected)];
        AcceptedButGone = [.. accepted.Keys.Where(name => !byName.ContainsKey(name) && isInScope(name[..Math.Max(0, name.IndexOf(':', StringComparison.Ordinal))]))];
    }

    /// <summary>The mutants that were tried.</summary>
    public IReadOnlyList<Mutant> Mutants => _mutants;

    /// <summary>Survivors for which no reason is given.</summary>
    public IReadOnlyList<Mutant> Unexplained { get; }

    /// <summary>Survivors for which a reason is given.</summary>
    public IReadOnlyList<Mutant> Explained { get; }

    /// <summary>What is listed as a survivor and was killed.</summary>
    public IReadOnlyList<string> AcceptedButKilled { get; }

    /// <summary>What is listed as a survivor and names no mutant.</summary>
    public IReadOnlyList<string> AcceptedButGone { get; }

    /// <summary>The share of mutants that were detected, in percent; explained survivors count as survivors.</summary>
    public double Score => _mutants.Count == 0 ? 0 : 100.0 * Count(mutant => mutant.IsDetected) / _mutants.Count;

    /// <summary>Whether the score is high enough, every survivor is explained, and the list holds nothing else.</summary>
    public bool Passes => _mutants.Count > 0 && Score >= _atLeast && Unexplained.Count + AcceptedButKilled.Count + AcceptedButGone.Count == 0;

    /// <summary>The reason given for a survivor.</summary>
    public string ReasonFor(Mutant survivor) => _accepted[survivor.Name];

    /// <summary>How many mutants are such.</summary>
    public int Count(Func<Mutant, bool> are) => _mutants.Count(are);
}
