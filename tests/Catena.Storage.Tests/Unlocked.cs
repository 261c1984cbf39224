using Catena.Core.Primitives;
using Catena.Storage.Partitions;

namespace Catena.Storage.Tests;

/// <summary>Partitions of a storage that only one thread uses.</summary>
internal sealed class Unlocked(NodeStorage storage) : IPartitionLocks
{
    public void With(PartitionId partition, Action<PartitionStore> work) => work(storage.Partition(partition));
}
