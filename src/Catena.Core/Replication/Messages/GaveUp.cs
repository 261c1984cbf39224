using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The sender has lost its copy to corruption: a member must be dropped, a learner needs a new epoch to begin anew in.</summary>
/// <param name="Epoch">The sender's epoch.</param>
public sealed record GaveUp(Epoch Epoch) : ReplicaMessage(Epoch);
