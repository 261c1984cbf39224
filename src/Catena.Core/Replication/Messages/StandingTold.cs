using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>A member tells the first one how another replica stands with it, which the first one cannot see for itself.</summary>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="Node">The other replica's node.</param>
/// <param name="Standing">How it stands.</param>
public sealed record StandingTold(Epoch Epoch, NodeId Node, ReplicaStanding Standing) : ReplicaMessage(Epoch);
