using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender is a member that has lost its copy to corruption: it must be dropped, and may come back as a learner.</summary>
/// <param name="Epoch">The sender's epoch.</param>
public sealed record GaveUp(Epoch Epoch) : ReplicaMessage(Epoch);
