using Catena.Core.Replication;

namespace Catena.Server.Partitions;

/// <summary>What a node tells of one of its replicas.</summary>
/// <param name="Status">How the replica stands.</param>
/// <param name="Damage">What damage its copy has met.</param>
public sealed record ReplicaReport(ReplicaStatus Status, DamageStatus Damage);
