using Catena.Simulation.Workloads;

namespace Catena.Simulation.Cluster;

/// <summary>A client's transaction for a node to coordinate.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Steps">What is to be done.</param>
/// <param name="IsPlain">Whether its only step goes as a plain command.</param>
internal sealed record ClientTransaction(long Attempt, IReadOnlyList<TransactionStep> Steps, bool IsPlain)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"transaction {Attempt}: {string.Join(", ", Steps)}");
}
