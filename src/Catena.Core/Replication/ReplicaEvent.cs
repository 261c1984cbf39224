using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>One line for the node's log.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Epoch">The replica's epoch at the time.</param>
/// <param name="Detail">The particulars, for people.</param>
public readonly record struct ReplicaEvent(ReplicaEventKind Kind, Epoch Epoch, string Detail);
