using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>What checkers can see of a replica that is up: its present state, read and not kept.</summary>
public interface IReplicaView
{
    /// <summary>The node it is on.</summary>
    NodeId Node { get; }

    /// <summary>The process it is in; a replica of a later one starts from disk.</summary>
    ulong Incarnation { get; }

    /// <summary>The partition it is a copy of.</summary>
    PartitionId Partition { get; }

    /// <summary>The newest epoch that it has made durable.</summary>
    Epoch Epoch { get; }

    /// <summary>What it takes itself for in that epoch.</summary>
    ReplicaRole Role { get; }

    /// <summary>Whether it answers clients in that epoch: the epoch is settled.</summary>
    bool Serving { get; }

    /// <summary>The members of the configuration it knows, in order.</summary>
    IReadOnlyList<NodeId> Members { get; }

    /// <summary>The last entry applied to the state.</summary>
    Lsn Applied { get; }

    /// <summary>The last entry known to be committed.</summary>
    Lsn Committed { get; }

    /// <summary>The last entry that is durable here.</summary>
    Lsn Durable { get; }

    /// <summary>The sequence of the oldest entry that is still in the log; what is older is in the state only.</summary>
    ulong FirstSequence { get; }

    /// <summary>The sequence of the newest entry in the log, durable or not.</summary>
    ulong LastSequence { get; }

    /// <summary>A hash of the applied state, equal on replicas that have applied the same entries.</summary>
    ulong StateDigest { get; }

    /// <summary>Whether its disk was seen to be damaged: what cannot be read of it is its own affair, as long as it does not serve without it.</summary>
    bool IsDamaged => false;

    /// <summary>Looks up an entry.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="entry">Its digest.</param>
    /// <returns>False if the log has no such entry.</returns>
    bool TryGetEntry(ulong sequence, out LogEntryDigest entry);
}
