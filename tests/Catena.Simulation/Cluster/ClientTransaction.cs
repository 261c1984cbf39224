namespace Catena.Simulation.Cluster;

/// <summary>A client's transaction for a node to coordinate.</summary>
/// <param name="Attempt">The number of the attempt at this client; the answer names it.</param>
/// <param name="Program">What is to be done.</param>
/// <param name="Text">The same for people.</param>
internal sealed record ClientTransaction(long Attempt, byte[] Program, string Text)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"transaction {Attempt}: {Text}");
}
