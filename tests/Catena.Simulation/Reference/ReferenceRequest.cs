using Catena.Simulation.Histories;

namespace Catena.Simulation.Reference;

/// <summary>A client's request to the reference server.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Sequence">The number of the request; a retry has the same.</param>
/// <param name="Key">The key.</param>
/// <param name="Command">The operation.</param>
public sealed record ReferenceRequest(int Client, long Sequence, string Key, RegisterCommand Command);
