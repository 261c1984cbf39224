using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers;

/// <summary>Decides linearizability by trying every order of every subset: slow, and plain enough to be trusted.</summary>
internal static class BruteForce
{
    public static bool IsLinearizable(IReadOnlyList<HistoryOperation> history) =>
        Try([.. history.Where(operation => operation.Outcome != Outcome.Fail)], RegisterModel.Initial);

    /// <summary>Whether an order respects real time and the specification, and leaves out no answered operation.</summary>
    public static bool IsWitness(IReadOnlyList<HistoryOperation> order, IReadOnlyList<HistoryOperation> history)
    {
        var state = RegisterModel.Initial;
        for (var place = 0; place < order.Count; place++)
        {
            if (order.Skip(place + 1).Any(later => ReturnsBefore(later, order[place]))
                || !RegisterModel.TryApply(state, order[place].Command, order[place].Result, out state))
            {
                return false;
            }
        }

        return order.Count(operation => operation.Outcome == Outcome.Ok) == history.Count(operation => operation.Outcome == Outcome.Ok)
            && order.Distinct().Count() == order.Count
            && order.All(history.Contains);
    }

    private static bool Try(List<HistoryOperation> left, RegisterState state)
    {
        if (left.TrueForAll(operation => operation.Outcome == Outcome.Unknown))
        {
            return true;
        }

        foreach (var next in left)
        {
            if (!left.Exists(other => ReturnsBefore(other, next))
                && RegisterModel.TryApply(state, next.Command, next.Result, out var after)
                && Try([.. left.Where(other => !ReferenceEquals(other, next))], after))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ReturnsBefore(HistoryOperation one, HistoryOperation other) =>
        one.Outcome == Outcome.Ok && one.Return < other.Call;
}
