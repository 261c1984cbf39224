using Catena.Core.Primitives;
using Catena.Storage.Partitions;

namespace Catena.Storage;

/// <summary>Lends maintenance the locks of partitions, which are their hosts'.</summary>
public interface IPartitionLocks
{
    /// <summary>Runs a short piece of work under a partition's lock.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="work">The work; it does not wait for the disk but to read records.</param>
    void With(PartitionId partition, Action<PartitionStore> work);
}
