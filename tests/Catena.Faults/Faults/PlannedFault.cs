namespace Catena.Faults.Faults;

/// <summary>A fault as the seed drew it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Victim">Which node, counted from 0; where two are struck, the next one as well. Which busy partition's, where members of one are struck by their places.</param>
/// <param name="Turn">Whether the second of two ways is meant, where there are two.</param>
/// <param name="Length">How long until it is undone.</param>
/// <param name="Delay">How long after the fault before it in the same pair it strikes.</param>
internal sealed record PlannedFault(FaultKind Kind, int Victim, bool Turn, TimeSpan Length, TimeSpan Delay);
