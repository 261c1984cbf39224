using System.Globalization;

namespace Catena.Core.Primitives;

/// <summary>The number of a partition, from 0 to the cluster's number of partitions minus one.</summary>
/// <param name="Value">The number; at most 16,383, since a partition holds at least one slot.</param>
public readonly record struct PartitionId(ushort Value) : IComparable<PartitionId>
{
    /// <inheritdoc />
    public int CompareTo(PartitionId other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(PartitionId left, PartitionId right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(PartitionId left, PartitionId right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(PartitionId left, PartitionId right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(PartitionId left, PartitionId right) => left.Value >= right.Value;
}
