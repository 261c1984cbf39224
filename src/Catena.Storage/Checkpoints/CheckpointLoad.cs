using Catena.Core.Primitives;

namespace Catena.Storage.Checkpoints;

/// <summary>What recovery has loaded, and from where the journal has to be replayed.</summary>
/// <param name="NodeFrom">No record of the node itself before this position is needed.</param>
/// <param name="Partitions">Each partition that the manifest names, from where its records are needed, and whether what stands for the earlier ones was loaded.</param>
internal sealed record CheckpointLoad(long NodeFrom, IReadOnlyList<(PartitionId Partition, long From, bool IsLoaded)> Partitions)
{
    /// <summary>Where there are no checkpoints: everything is replayed.</summary>
    internal static CheckpointLoad None { get; } = new(0, []);

    /// <summary>No record before this position is needed.</summary>
    internal long From => Partitions.Aggregate(NodeFrom, (least, partition) => Math.Min(least, partition.From));

    /// <summary>The last position that anything stands for.</summary>
    internal long Newest => Partitions.Aggregate(NodeFrom, (most, partition) => Math.Max(most, partition.From));
}
