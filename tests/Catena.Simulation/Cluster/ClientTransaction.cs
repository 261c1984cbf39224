using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>A client's transaction for a node to coordinate.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Request">What is to be done.</param>
internal sealed record ClientTransaction(long Attempt, TransactionRequest Request) : ITransactionMessage
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"transaction {Attempt}: {Request}");
}
