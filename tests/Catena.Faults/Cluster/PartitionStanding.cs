namespace Catena.Faults.Cluster;

/// <summary>A partition's configuration, as a node's status tells it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Members">The names of its members, the first member first; empty where there is no configuration.</param>
/// <param name="Learners">How many learners it has.</param>
internal sealed record PartitionStanding(int Partition, IReadOnlyList<string> Members, int Learners);
