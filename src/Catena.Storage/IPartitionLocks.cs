using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Storage;

/// <summary>Lends maintenance the locks of partitions, which are their hosts'.</summary>
public interface IPartitionLocks
{
    /// <summary>Runs a short piece of work under a partition's lock.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="work">The work; it does not wait for the disk but to read records.</param>
    void With(PartitionId partition, Action<PartitionStore> work);

    /// <summary>Says that something of a partition is damaged, so that its host gives the copy up or notes what cannot be read.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="damage">What was met.</param>
    /// <param name="copy">What <see cref="PartitionStore.Copy" /> was before it was read.</param>
    void Damaged(PartitionId partition, StorageDamagedException damage, int copy);
}
