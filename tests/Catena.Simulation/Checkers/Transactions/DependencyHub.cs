namespace Catena.Simulation.Checkers.Transactions;

/// <summary>A set of transactions that each of another set must come before; kept once, not for every pair.</summary>
/// <remarks>A transaction may be in both sets; it does not come before itself.</remarks>
internal sealed class DependencyHub
{
    /// <summary>The transactions that come after, and from what that is known of each.</summary>
    public List<(int Transaction, Evidence Evidence)> Members { get; } = [];
}
