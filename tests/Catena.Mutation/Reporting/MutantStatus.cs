namespace Catena.Mutation.Reporting;

/// <summary>What became of a mutant that was tried.</summary>
internal enum MutantStatus
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>The tests did not end; counts as killed.</summary>
    TimedOut,

    /// <summary>Every test that reaches it passed.</summary>
    Survived,

    /// <summary>No test reaches it; counts as survived.</summary>
    NotReached,
}
