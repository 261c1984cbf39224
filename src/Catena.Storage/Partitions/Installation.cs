using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Partitions;

/// <summary>A snapshot that is arriving, beside what the partition holds until it is whole.</summary>
internal sealed class Installation(Lsn @base, EpochStart[] lineage, PartitionState state)
{
    /// <summary>The log will start after it.</summary>
    internal Lsn Base { get; } = @base;

    /// <summary>The epochs up to the base.</summary>
    internal EpochStart[] Lineage { get; } = lineage;

    /// <summary>What has arrived.</summary>
    internal PartitionState State { get; } = state;

    /// <summary>How many chunks have arrived.</summary>
    internal ulong Chunks { get; set; }
}
