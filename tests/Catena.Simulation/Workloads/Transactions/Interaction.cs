namespace Catena.Simulation.Workloads.Transactions;

/// <summary>How a client does a transaction step by step.</summary>
/// <param name="End">What it does in the end.</param>
public sealed record Interaction(InteractionEnd End)
{
    /// <summary>Whether the transaction locks what it names before it reads it.</summary>
    public bool Locks { get; init; }

    /// <summary>Whether a further attempt is as old as the first.</summary>
    public bool KeepsAge { get; init; }

    /// <summary>The longest pause between two steps.</summary>
    public long MaxThink { get; init; }

    /// <summary>
    /// What the client does in an attempt, where that hangs on what it sees: takes the list to which is added what each step has read, and gives the steps, each of which is asked for
    /// once those before it are done. Null where the request's steps are all.
    /// </summary>
    public Func<IReadOnlyList<KeyRead>, IEnumerable<TransactionStep>>? Script { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{End}{(Locks ? ", locking" : "")}";
}
