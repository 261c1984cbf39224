using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;

namespace Catena.Server.Node;

/// <summary>What a node's core needs of the world: clocks, a network, a coordinator, someone to flush the journal.</summary>
/// <remarks>The server stands behind it with sockets and threads, the simulator without. None of it blocks; messages may be lost.</remarks>
public interface INodePorts
{
    /// <summary>The monotonic clock, which counts suspended time, in nanoseconds.</summary>
    long Now { get; }

    /// <summary>The wall clock, in milliseconds since 1970 UTC; for expiry times only.</summary>
    long WallMilliseconds { get; }

    /// <summary>
    /// Whether the disk has made no progress for too long, or has no space for what other nodes have decided: beacons are held back then,
    /// since a slow disk is a failure too.
    /// </summary>
    bool IsDiskStalled { get; }

    /// <summary>Sends a replica's message, copying what it borrows.</summary>
    void Send(in Envelope envelope);

    /// <summary>Sends a beacon.</summary>
    void Send(NodeId to, Beacon beacon);

    /// <summary>Sends the answer to a beacon.</summary>
    void Send(NodeId to, BeaconReply reply);

    /// <summary>Gives leases back.</summary>
    void Send(NodeId to, LeaseReturn returned);

    /// <summary>
    /// Writes a configuration by compare-and-set over the one that it <see cref="Configuration.Follows" />; the outcome comes back by
    /// <see cref="NodeCore.Reconfigure" /> or <see cref="NodeCore.ProposalNotSubmitted" />.
    /// </summary>
    void Propose(PartitionId partition, Configuration next);

    /// <summary>A replica here has learnt of a newer configuration, from a peer or from the coordinator.</summary>
    void Learnt(PartitionId partition, Configuration configuration);

    /// <summary>The next tick should come now: a round of beacons is wanted, or what ended the node's idleness is to be seen to.</summary>
    void HurryBeacons();

    /// <inheritdoc cref="Partitions.IPartitionPorts.InDoubt" />
    void InDoubt(PartitionId participant, PreparedTransaction prepared);

    /// <inheritdoc cref="Partitions.IPartitionPorts.Undelivered" />
    void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget);

    /// <summary>The journal has something to flush.</summary>
    void JournalGrew();

    /// <summary>A turn ends (<see cref="NodeCore.EndTurn" />): what was sent in it and is still queued goes out.</summary>
    void SendQueued();

    /// <summary>
    /// A turn ends in which the journal grew. Flushes it on this thread, and says so to <see cref="NodeCore.Flushed" />, where the thread can afford it; otherwise has somebody else do it.
    /// </summary>
    /// <param name="isFirst">Whether this turn has flushed nothing yet: it may wait for the disk only once.</param>
    /// <returns>Whether it was flushed here, so that there is more to see to.</returns>
    bool TryFlushHere(bool isFirst);

    /// <summary>
    /// Whether another thread is about to flush the journal, or waits for the disk: what is appended meanwhile is best left to its turn, which follows, so that it goes to other nodes together with what comes from there, and is flushed
    /// together with it.
    /// </summary>
    bool IsFlusherAtWork { get; }

    /// <summary>For how long, in nanoseconds, what is decided here may be held back while earlier entries are under way (<see cref="Flight" />), after which the next turn sends it; 0 where nothing is gained by that.</summary>
    long HoldLimit { get; }

    /// <summary>Whether this thread serves clients and flushes the journal, and looks for more of them before it ends a turn as long as <see cref="NodeCore.IsGathering" /> says so.</summary>
    bool GathersHere { get; }

    /// <summary>Writes a line to the node's log.</summary>
    void Report(PartitionId partition, in ReplicaEvent happened);

    /// <summary>Writes a line on a peer's standing to the node's log.</summary>
    void ReportPeer(NodeId peer, bool isSuspected, string cause);
}
