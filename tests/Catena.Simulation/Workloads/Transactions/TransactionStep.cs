namespace Catena.Simulation.Workloads.Transactions;

/// <summary>One step of a transaction on one key.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The key.</param>
/// <param name="Number">What is appended, added or written.</param>
public sealed record TransactionStep(StepKind Kind, string Key, long Number)
{
    /// <summary>A step that reads.</summary>
    public static TransactionStep Read(string key) => new(StepKind.Read, key, 0);

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Kind} {Key}{(Kind == StepKind.Read ? "" : $" {Number}")}");
}
