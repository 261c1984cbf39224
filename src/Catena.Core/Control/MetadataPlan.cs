using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>What has to be written to bring the coordinator's configurations back, or why that would not be safe.</summary>
public sealed record MetadataPlan
{
    /// <summary>The configurations that the coordinator lacks, or holds an older one of.</summary>
    public required ImmutableSortedDictionary<PartitionId, Configuration> Writes { get; init; }

    /// <summary>How many partitions stand in the coordinator as they should.</summary>
    public required int Kept { get; init; }

    /// <summary>The partitions of which nobody knows a configuration.</summary>
    public required ImmutableArray<PartitionId> Unknown { get; init; }

    /// <summary>The partitions that go on without nodes that may have acknowledged writes by themselves.</summary>
    public required ImmutableArray<PartitionId> Lossy { get; init; }

    /// <summary>Why the plan must not be carried out, for people; empty where it may be.</summary>
    public required ImmutableArray<string> Objections { get; init; }
}
