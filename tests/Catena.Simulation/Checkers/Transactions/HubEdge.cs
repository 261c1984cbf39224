namespace Catena.Simulation.Checkers.Transactions;

/// <summary>A transaction must come before all members of a hub but itself.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Kind">Why: exactly one kind.</param>
internal readonly record struct HubEdge(int Hub, DependencyKinds Kind);
