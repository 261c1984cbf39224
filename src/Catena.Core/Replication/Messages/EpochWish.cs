using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>A member of a chain that has restarted asks the first member for another epoch: an earlier life of it took part in this one.</summary>
/// <param name="Epoch">The epoch in which it takes no part.</param>
public sealed record EpochWish(Epoch Epoch) : ReplicaMessage(Epoch);
