using Catena.Simulation.Histories;

namespace Catena.Simulation.Reference;

/// <summary>The reference server's answer.</summary>
/// <param name="Sequence">The number of the request.</param>
/// <param name="Result">The result.</param>
public sealed record ReferenceReply(long Sequence, RegisterResult Result);
