namespace Catena.Cli.Bench.Workloads;

/// <summary>An operation that a load is about to carry out.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Record">The record's number; the first one's of a scan.</param>
/// <param name="Length">How many records a scan reads.</param>
internal readonly record struct DrawnOperation(OperationKind Kind, long Record, int Length = 1);
