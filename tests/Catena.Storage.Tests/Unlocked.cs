using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Storage.Tests;

/// <summary>Partitions of a storage that only one thread uses.</summary>
internal sealed class Unlocked(NodeStorage storage) : IPartitionLocks
{
    /// <summary>What was said to be damaged.</summary>
    public List<(PartitionId Partition, StorageDamagedException Damage)> Met { get; } = [];

    public void With(PartitionId partition, Action<PartitionStore> work)
    {
        try
        {
            work(storage.Partition(partition));
        }
        catch (StorageDamagedException damage)
        {
            Met.Add((partition, damage));
        }
    }

    public void Damaged(PartitionId partition, StorageDamagedException damage, int copy) => Met.Add((partition, damage));
}
