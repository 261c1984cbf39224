using Catena.Core.Primitives;

namespace Catena.Simulation.Cluster;

/// <summary>Something that a client of transactions has asked a node, and waits for the answer of.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="To">The node.</param>
/// <param name="Answered">Takes the result; null where there will be none.</param>
internal sealed record TransactionExchange(long Attempt, NodeId To, Action<byte[]?> Answered);
