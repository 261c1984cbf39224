namespace Catena.Faults.Cluster;

/// <summary>What a node says that one of its replicas sums up to.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Applied">The last entry its state holds.</param>
/// <param name="Keys">How many keys it has.</param>
/// <param name="Digest">The sum; null where the state moved on.</param>
internal sealed record ReplicaSum(string Node, int Partition, string Applied, long Keys, string? Digest);
