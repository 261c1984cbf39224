using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>What one replica of a partition says to another; every message names the epoch in which it was said.</summary>
/// <param name="Epoch">The sender's epoch; a receiver that knows a higher one refuses the message (<see cref="EpochStale" />).</param>
public abstract record ReplicaMessage(Epoch Epoch);
