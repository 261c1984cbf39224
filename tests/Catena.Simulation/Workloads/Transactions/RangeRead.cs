namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What a client has found in a range.</summary>
/// <param name="Keys">The keys, in order.</param>
/// <param name="Next">The key to go on from, where not all of it was looked at; null where it was.</param>
public sealed record RangeRead(IReadOnlyList<string> Keys, string? Next)
{
    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(' ', Keys)}{(Next is null ? "" : " ...")}]";
}
