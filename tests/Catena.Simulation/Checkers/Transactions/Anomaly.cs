using System.Text;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Something that no strictly serializable system does.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Transactions">The transactions that show it; of a cycle, in the order of its dependencies.</param>
/// <param name="Explanation">For people: the transactions, and why each depends on the one before.</param>
public sealed record Anomaly(AnomalyKind Kind, IReadOnlyList<TransactionOperation> Transactions, string Explanation)
{
    /// <inheritdoc />
    public override string ToString() => Explanation;

    /// <summary>An anomaly told in the way of all of them: its name, the transactions under their places in the history, and the reasons.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="history">The whole history.</param>
    /// <param name="places">The places of the transactions in it.</param>
    /// <param name="reasons">Why, a line each.</param>
    internal static Anomaly Tell(AnomalyKind kind, IReadOnlyList<TransactionOperation> history, IReadOnlyList<int> places, params IEnumerable<string> reasons)
    {
        var text = new StringBuilder(AnomalyNames.NameOf(kind)).Append(':');
        foreach (var place in places.Distinct())
        {
            text.Append("\n  T").Append(place).Append(" = ").Append(history[place]);
        }

        foreach (var reason in reasons)
        {
            text.Append("\n  ").Append(reason);
        }

        return new Anomaly(kind, [.. places.Distinct().Select(place => history[place])], text.ToString());
    }
}
