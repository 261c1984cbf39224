using Catena.Core.Primitives;

namespace Catena.Core.Placement;

/// <summary>Which partition holds which slots, for the number of partitions that a cluster was created with.</summary>
/// <remarks>
/// Partition p of n holds the slots from ⌊p·16384/n⌋ to ⌊(p+1)·16384/n⌋ − 1: contiguous, without a gap, in the order of the
/// partitions, and of sizes that differ by one at most. Both directions are arithmetic on the number alone, so two nodes that
/// know the same number never disagree. Immutable and thread-safe.
/// </remarks>
public sealed class PartitionMap
{
    /// <summary>The fewest partitions a cluster can have.</summary>
    public const int MinPartitions = 1;

    /// <summary>The most partitions a cluster can have: one slot each.</summary>
    public const int MaxPartitions = HashSlot.Count;

    private const int SlotBits = 14;

    /// <summary>The map of a cluster with the given number of partitions.</summary>
    /// <param name="partitions">From 1 to 16,384; fixed when the cluster is created.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="partitions" /> is out of that range.</exception>
    public PartitionMap(int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, MinPartitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, MaxPartitions);
        Partitions = partitions;
    }

    /// <summary>The number of partitions.</summary>
    public int Partitions { get; }

    /// <summary>The partition that holds <paramref name="slot" />.</summary>
    /// <param name="slot">Any slot.</param>
    // The greatest p with p·16384/n < slot + 1: the inverse of the lower bounds.
    public PartitionId Of(HashSlot slot) => new((ushort)((((slot.Value + 1) * Partitions) - 1) >> SlotBits));

    /// <summary>The partition that holds <paramref name="key" />.</summary>
    /// <param name="key">The whole key, with its hash tag if it has one.</param>
    public PartitionId Of(ReadOnlySpan<byte> key) => Of(HashSlot.Of(key));

    /// <summary>The slots that <paramref name="partition" /> holds.</summary>
    /// <param name="partition">One of the map's partitions.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such partition.</exception>
    public SlotRange SlotsOf(PartitionId partition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)partition.Value, Partitions, nameof(partition));
        return new SlotRange(new HashSlot(LowerBound(partition.Value)), new HashSlot((ushort)(LowerBound(partition.Value + 1) - 1)));
    }

    private ushort LowerBound(int partition) => (ushort)((partition << SlotBits) / Partitions);
}
