namespace Catena.Simulation.Workloads.Transactions;

/// <summary>A transaction as its client asks for it.</summary>
/// <param name="Steps">What is to be done, in order; each step sees those before it.</param>
public sealed record TransactionRequest(IReadOnlyList<TransactionStep> Steps)
{
    /// <summary>Whether its only step goes as the plain command that it is.</summary>
    public bool IsPlain { get; init; }

    /// <summary>The keys that must be as they were read; the steps are carried out if all are, and otherwise none is.</summary>
    public IReadOnlyList<WatchedKey> Watched { get; init; } = [];

    /// <summary>How it is done step by step; null where it is asked for in one go.</summary>
    public Interaction? Interaction { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{(Interaction is null ? "" : $"one by one, {Interaction}: ")}{(Watched.Count == 0 ? "" : $"with {string.Join(", ", Watched)}: ")}{string.Join(", ", Steps)}";
}
