using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>What an <see cref="InvariantChecker" /> has seen of one partition, on all its replicas together.</summary>
internal sealed class PartitionMemory
{
    /// <summary>Every entry that any replica has ever called committed, by sequence.</summary>
    public Dictionary<ulong, LogEntryDigest> Committed { get; } = [];

    /// <summary>The newest of them.</summary>
    public Lsn LastCommitted { get; set; }

    /// <summary>Which process acted as the first member of each epoch.</summary>
    public Dictionary<Epoch, (NodeId Node, ulong Incarnation)> First { get; } = [];

    /// <summary>What was seen of each replica.</summary>
    public SortedDictionary<NodeId, ReplicaMemory> Replicas { get; } = [];
}
