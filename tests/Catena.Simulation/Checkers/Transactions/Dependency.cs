namespace Catena.Simulation.Checkers.Transactions;

/// <summary>One transaction must come before another.</summary>
/// <param name="From">The place of the first.</param>
/// <param name="To">The place of the second.</param>
/// <param name="Kind">Why: exactly one kind.</param>
/// <param name="Evidence">What it is known from.</param>
internal readonly record struct Dependency(int From, int To, DependencyKinds Kind, Evidence Evidence);
