namespace Catena.Simulation.Histories;

/// <summary>A line of a history of transactions: the call of one, or its end.</summary>
/// <param name="Kind">Which of these.</param>
/// <param name="Process">Whose transaction.</param>
/// <param name="Operations">Its steps; at its end, if that is <see cref="TransactionEventKind.Ok" />, with what was read.</param>
/// <param name="Time">When, in nanoseconds.</param>
/// <param name="Index">The number of the line, if it tells.</param>
public sealed record TransactionEvent(TransactionEventKind Kind, int Process, IReadOnlyList<MicroOperation> Operations, long Time, long? Index);
