using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads.Tables;

/// <summary>What a client of tables was told.</summary>
/// <param name="Outcome">How the request ended; that there is no such table, or one already, is an answer.</param>
/// <param name="IsThere">Of an answer: whether the table was there when the request took effect; of a creation, before it.</param>
/// <param name="Value">Of a get: what was found; null where the key was absent.</param>
public sealed record TableAnswer(Outcome Outcome, bool IsThere = false, string? Value = null);
