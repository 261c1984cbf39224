using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What a client is told of its transaction.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Read">What each step that reads has read, in order; null where that is not known.</param>
public sealed record TransactionAnswer(Outcome Outcome, IReadOnlyList<KeyRead>? Read = null)
{
    /// <summary>A transaction one of whose watched keys has changed: nothing happened, and that is an answer.</summary>
    public static TransactionAnswer Refused { get; } = new(Outcome.Ok);

    /// <summary>Whether the transaction is known to have been carried out.</summary>
    public bool IsCarriedOut => Outcome == Outcome.Ok && Read is not null;

    /// <inheritdoc />
    public override string ToString() =>
        Outcome != Outcome.Ok ? Outcome.ToString() : Read is null ? "refused" : $"{Outcome} {string.Join(" | ", Read)}";
}
