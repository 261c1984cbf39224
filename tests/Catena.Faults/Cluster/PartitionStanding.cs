namespace Catena.Faults.Cluster;

/// <summary>A partition's configuration, as a node's status tells it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Members">The names of its members, the first member first; empty where there is no configuration.</param>
/// <param name="Learners">How many learners it has.</param>
/// <param name="Reader">The member that answers linearizable reads, or is asked by the others that do; null where there is no configuration.</param>
/// <param name="Mode">The name of its mode of replication; null where there is no configuration.</param>
internal sealed record PartitionStanding(int Partition, IReadOnlyList<string> Members, int Learners, string? Reader, string? Mode)
{
    /// <summary>The first member; null where there is no configuration.</summary>
    public string? First => Members.Count > 0 ? Members[0] : null;
}
