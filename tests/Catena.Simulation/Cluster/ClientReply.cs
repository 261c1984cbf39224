using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Simulation.Cluster;

/// <summary>A node's answer to a client.</summary>
/// <param name="Attempt">What it answers.</param>
/// <param name="Result">The encoded result.</param>
/// <param name="First">The first member of the partition, as far as the node knows.</param>
internal sealed record ClientReply(long Attempt, byte[] Result, NodeId First)
{
    /// <inheritdoc />
    public override string ToString()
    {
        var reader = new ResultReader(Result);
        return FormattableString.Invariant($"reply {Attempt} {reader.Kind}{(reader.Kind == ResultKind.Error ? $" {reader.Error}" : "")} first {First.Value}");
    }
}
