using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Chain;
using Catena.Core.Replication.PrimaryBackup;

namespace Catena.Core.Replication;

/// <summary>Who sends to whom inside a configuration: all in which the modes of replication differ.</summary>
/// <remarks>
/// Entries go from the first member along <see cref="FedBy" /> to every other member, and acknowledgements come back the same way; the last
/// to know that an entry is stable everywhere is where it is committed, and where linearizable reads are answered
/// (<see cref="Configuration.Reader" />).
/// </remarks>
public abstract class Topology
{
    /// <summary>Whether a member of an epoch hears of stable entries from its feeder, and of committed ones from whom it feeds.</summary>
    /// <remarks>So it is where the reader is the last and not the first to hold an entry.</remarks>
    public abstract bool CommitsAtTheEnd { get; }

    /// <summary>The topology of a mode.</summary>
    public static Topology Of(ReplicationMode mode) => mode switch
    {
        ReplicationMode.PrimaryBackup => PrimaryBackupTopology.Instance,
        ReplicationMode.Chain => ChainTopology.Plain,
        ReplicationMode.ApportionedChain => ChainTopology.Apportioned,
        _ => throw new InvariantException($"there is no mode {mode}"),
    };

    /// <summary>The member that sends entries to <paramref name="node" />; none for the first member and for who is not listed.</summary>
    public abstract NodeId FeederOf(Configuration configuration, NodeId node);

    /// <summary>Those to whom <paramref name="node" /> sends entries, members before learners.</summary>
    public abstract ImmutableArray<NodeId> FedBy(Configuration configuration, NodeId node);

    /// <summary>The member where entries are committed.</summary>
    public abstract NodeId ReaderOf(Configuration configuration);

    /// <summary>The members that answer linearizable reads, each under leases from all others.</summary>
    public abstract ImmutableArray<NodeId> ReadersOf(Configuration configuration);
}
