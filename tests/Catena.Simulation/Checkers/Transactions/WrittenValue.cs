namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Who wrote a value.</summary>
/// <param name="Transaction">The transaction's place in the history.</param>
/// <param name="IsLast">Whether it is the transaction's last value for the key, so that others may see it as the newest.</param>
internal readonly record struct WrittenValue(int Transaction, bool IsLast);
