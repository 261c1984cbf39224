namespace Catena.Simulation.Workloads;

/// <summary>One step of a transaction on one key.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The key.</param>
/// <param name="Number">What is appended, or added.</param>
public sealed record TransactionStep(StepKind Kind, string Key, long Number)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Kind} {Key}{(Kind == StepKind.Read ? "" : $" {Number}")}");
}
