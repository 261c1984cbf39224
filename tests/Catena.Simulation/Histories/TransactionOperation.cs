using System.Globalization;

namespace Catena.Simulation.Histories;

/// <summary>One transaction of one process: what it did and read, when, and how it ended.</summary>
/// <remarks>Times are in nanoseconds from any beginning that all of a history shares. Transactions whose times overlap or touch may have happened in either order.</remarks>
/// <param name="Process">Who ran it. The transactions of one process do not overlap.</param>
/// <param name="Call">When it was called.</param>
/// <param name="Return">When its end was known; for an unknown outcome, when the process gave up, or null if it never returned.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Operations">Its steps in order. What reads found counts only where the outcome is <see cref="Outcome.Ok" />.</param>
public sealed record TransactionOperation(int Process, long Call, long? Return, Outcome Outcome, IReadOnlyList<MicroOperation> Operations)
{
    /// <inheritdoc />
    public bool Equals(TransactionOperation? other) =>
        other is not null && Process == other.Process && Call == other.Call && Return == other.Return && Outcome == other.Outcome
        && Operations.SequenceEqual(other.Operations);

    /// <inheritdoc />
    public override int GetHashCode() => ((Process * 31) + Call.GetHashCode()) * 31 + Operations.Count;

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {Process} [{Call}, {(Outcome == Outcome.Unknown ? "?" : Return)}] {(Outcome == Outcome.Ok ? "ok" : Outcome == Outcome.Fail ? "fail" : "unknown")}: {string.Join(' ', Operations)}");
}
