using Catena.Core.Data;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Cluster;

/// <summary>A client's request to a node.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Key">The key.</param>
/// <param name="Command">The operation.</param>
/// <param name="Id">What makes a retried write run once; none for one that is never retried.</param>
internal sealed record ClientRequest(long Attempt, string Key, RegisterCommand Command, RequestId Id)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant(
        $"request {Attempt} {Key}: {Command}{(Id.IsRetryable ? $" as {Id.Incarnation}.{Id.Sequence}, settled {Id.Settled}" : "")}");
}
