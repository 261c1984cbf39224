namespace Catena.Simulation.Cluster;

/// <summary>What a connection between two processes vouches for, carried along since the network may be one without connections.</summary>
/// <param name="Incarnation">The sender's life, as it was told when the connection was made.</param>
/// <param name="Receiver">The process it is sent to: none that is started later sees it.</param>
/// <param name="Number">Its number among the sender's: it is taken once.</param>
internal sealed record ForwardEnvelope(ulong Incarnation, ulong Receiver, ulong Number);
