namespace Catena.Simulation.Checkers.Transactions;

/// <summary>A list that a transaction read.</summary>
/// <param name="Transaction">The transaction's place in the history.</param>
/// <param name="List">What it read.</param>
/// <param name="Own">How many values at the end of it the transaction had appended itself.</param>
/// <param name="IsFirst">Whether it is the transaction's first read of the key; what it tells of others, later ones repeat.</param>
internal sealed record ListSighting(int Transaction, IReadOnlyList<long> List, int Own, bool IsFirst)
{
    /// <summary>How many values of others there were.</summary>
    public int Foreign => List.Count - Own;

    /// <summary>The newest value of others; null if there was none.</summary>
    public long? Newest => Foreign > 0 ? List[Foreign - 1] : null;
}
