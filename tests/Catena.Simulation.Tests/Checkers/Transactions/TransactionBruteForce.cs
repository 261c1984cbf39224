using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers.Transactions;

/// <summary>Decides strict serializability by trying every order; for small histories only.</summary>
internal static class TransactionBruteForce
{
    /// <summary>Whether an order explains every answered transaction, with any of those of unknown outcome.</summary>
    public static bool IsStrictlySerializable(IReadOnlyList<TransactionOperation> history)
    {
        var open = history.Where(transaction => transaction.Outcome != Outcome.Fail).ToList();
        return Search(open, new SortedDictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal));
    }

    private static bool Search(List<TransactionOperation> open, SortedDictionary<string, IReadOnlyList<long>> state)
    {
        var answered = open.Where(transaction => transaction.Outcome == Outcome.Ok).ToList();
        if (answered.Count == 0)
        {
            return true;
        }

        var firstReturn = answered.Min(transaction => transaction.Return!.Value);
        foreach (var next in open.Where(transaction => transaction.Call <= firstReturn))
        {
            var after = new SortedDictionary<string, IReadOnlyList<long>>(state, StringComparer.Ordinal);
            if (Apply(next, after) && Search([.. open.Where(transaction => !ReferenceEquals(transaction, next))], after))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Apply(TransactionOperation transaction, SortedDictionary<string, IReadOnlyList<long>> state)
    {
        foreach (var step in transaction.Operations)
        {
            var present = state.GetValueOrDefault(step.Key, []);
            switch (step.Kind)
            {
                case MicroOperationKind.Append:
                    state[step.Key] = [.. present, step.Value!.Value];
                    break;
                case MicroOperationKind.Write:
                    state[step.Key] = [step.Value!.Value];
                    break;
                default:
                    IReadOnlyList<long> found = step.List ?? (step.Value is { } value ? [value] : []);
                    if (transaction.Outcome == Outcome.Ok && !found.SequenceEqual(present))
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }
}
