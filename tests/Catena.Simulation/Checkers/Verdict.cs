namespace Catena.Simulation.Checkers;

/// <summary>What a checker found.</summary>
public enum Verdict
{
    /// <summary>There is an order that explains everything.</summary>
    Linearizable,

    /// <summary>There is none.</summary>
    Violation,

    /// <summary>The search ran out of steps: undecided, and so a failure.</summary>
    OutOfSteps,
}
