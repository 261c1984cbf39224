namespace Catena.Simulation.Nodes;

/// <summary>Thrown by a node's program to end its process on purpose, as after a failed fsync.</summary>
/// <param name="reason">Why.</param>
public sealed class ProcessExitException(string reason) : Exception(reason);
