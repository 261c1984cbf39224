using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Server.Routing;

/// <summary>The newest configuration of every partition that this node has heard of, from wherever.</summary>
/// <remarks>Thread-safe; a configuration is only ever replaced by one of a higher epoch.</remarks>
/// <param name="partitions">How many partitions there are.</param>
public sealed class PartitionDirectory(int partitions)
{
    private readonly Configuration?[] _configurations = new Configuration?[partitions];

    /// <summary>The newest configuration of a partition; null where none is known.</summary>
    public Configuration? Find(PartitionId partition) => Volatile.Read(ref _configurations[partition.Value]);

    /// <summary>Takes a configuration, unless one as new is known.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Learn(PartitionId partition, Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ref var place = ref _configurations[partition.Value];
        while (true)
        {
            var known = Volatile.Read(ref place);
            if (known is not null && known.Epoch >= configuration.Epoch)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref place, configuration, known) == known)
            {
                return true;
            }
        }
    }
}
