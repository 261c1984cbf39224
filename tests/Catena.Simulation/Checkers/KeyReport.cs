using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>The verdict on one key's history.</summary>
/// <param name="Key">The key.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Steps">How many operations the search tried.</param>
/// <param name="Order">The order that explains everything, or the longest that explains a beginning; operations that never took effect are not in it.</param>
/// <param name="Explanation">For people: where the longest order ends and what does not fit after it. Empty if all fits.</param>
public sealed record KeyReport(string Key, Verdict Verdict, long Steps, IReadOnlyList<HistoryOperation> Order, string Explanation);
