using Catena.Simulation.Workloads.Tables;

namespace Catena.Simulation.Cluster;

/// <summary>A client's request for a named table.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Request">What is asked.</param>
internal sealed record ClientTableCall(long Attempt, TableRequest Request) : ITransactionMessage
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"table call {Attempt}: {Request}");
}
