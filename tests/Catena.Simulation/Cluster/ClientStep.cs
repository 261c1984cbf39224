using Catena.Core.Data;

namespace Catena.Simulation.Cluster;

/// <summary>One step of a client's transaction whose commands come one by one.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Kind">What is to be done with the transaction.</param>
/// <param name="Handle">The transaction; where one begins, an earlier attempt, or nothing.</param>
internal sealed record ClientStep(long Attempt, CommandKind Kind, byte[] Handle) : ITransactionMessage
{
    /// <summary>Whether a transaction that begins locks before it reads.</summary>
    internal bool Locks { get; init; }

    /// <summary>The command to carry out in it, encoded.</summary>
    internal byte[] Command { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"step {Attempt}: {Kind}{(Locks ? " locking" : "")} {Convert.ToHexStringLower(Handle)}");
}
