namespace Catena.Simulation.Workloads.Transactions;

/// <summary>One step of a transaction on one key.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The key; of a scan the first that may belong to the range.</param>
/// <param name="Number">What is appended, added or written; of a scan how many keys are wanted at most.</param>
public sealed record TransactionStep(StepKind Kind, string Key, long Number)
{
    /// <summary>Of a scan: the first key that does not belong to the range any more.</summary>
    public string End { get; init; } = "";

    /// <summary>Whether it tells its client something.</summary>
    public bool Reads => Kind is StepKind.Read or StepKind.Scan;

    /// <summary>A step that reads.</summary>
    public static TransactionStep Read(string key) => new(StepKind.Read, key, 0);

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Kind} {Key.Replace("\0", "+", StringComparison.Ordinal)}{(Kind is StepKind.Read or StepKind.Delete ? "" : $" {Number}")}");
}
