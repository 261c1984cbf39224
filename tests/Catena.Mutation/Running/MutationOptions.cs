namespace Catena.Mutation.Running;

/// <summary>What a run is asked to do.</summary>
internal sealed record MutationOptions
{
    /// <summary>The working copy.</summary>
    public required string Root { get; init; }

    /// <summary>The files to change.</summary>
    public required Scope Scope { get; init; }

    /// <summary>How many random schedules a mutant has to survive.</summary>
    public required int Schedules { get; init; }

    /// <summary>How many mutants are tried at a time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The least score, in percent, that passes.</summary>
    public required double AtLeast { get; init; }

    /// <summary>Reports to judge instead of making a run; empty where one is to be made.</summary>
    public required IReadOnlyList<string> Reports { get; init; }
}
