using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;

namespace Catena.Server.Partitions;

/// <summary>What a partition's host needs of its node. Called under the partition's lock; none of it blocks.</summary>
public interface IPartitionPorts
{
    /// <summary>The host's monotonic clock, which counts suspended time, in nanoseconds.</summary>
    long Now { get; }

    /// <summary>The time, or that at which this thread's turn first asked for it: for deadlines, which need no more, and never for leases.</summary>
    long TurnNow { get; }

    /// <summary>The wall clock, in milliseconds since 1970 UTC; for expiry times only.</summary>
    long WallMilliseconds { get; }

    /// <summary>Sends a message, copying what it borrows; it may be lost.</summary>
    void Send(in Envelope envelope);

    /// <summary>Writes a configuration by compare-and-set; the outcome comes back as a reconfiguration or as "not submitted".</summary>
    void Propose(PartitionId partition, Configuration next);

    /// <summary>The replica has learnt of a newer configuration.</summary>
    void Learnt(PartitionId partition, Configuration configuration);

    /// <summary>Sends a round of beacons soon, because reads wait for leases.</summary>
    void HurryBeacons();

    /// <summary>
    /// A partition wants to know what became of a transaction that is prepared there; where nothing is decided, it is to be aborted, unless somebody outside the cluster is to decide. Where that is what is prepared,
    /// he has had his time, and it is to be aborted in any case.
    /// </summary>
    void InDoubt(PartitionId participant, PreparedTransaction prepared);

    /// <summary>A partition has decided on a transaction, and its participants may not have heard.</summary>
    /// <param name="home">The partition.</param>
    /// <param name="id">The transaction.</param>
    /// <param name="decision">What was decided, and who has to hear.</param>
    /// <param name="mayForget">Whether the decision may be forgotten once all have.</param>
    void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget);

    /// <summary>Asks whether what the host has to do can wait for the end of a turn; then <see cref="PartitionHost.Settle" /> is called there.</summary>
    bool TryDefer(PartitionHost host);

    /// <summary>Something was appended to the journal: it should be flushed.</summary>
    /// <param name="isForOthers">Whether it is another node's, which waits for that.</param>
    void JournalGrew(bool isForOthers);

    /// <summary>The entries that the node has sent and that have not come in; null where none are ever held back behind them.</summary>
    Flight? Flight { get; }

    /// <summary>Entries of the host were held back: once the flight has come in, <see cref="PartitionHost.Settle" /> is called.</summary>
    void HoldBack(PartitionHost host);

    /// <summary>The last entries that were under way have come in, so that what is held back may go. Called under the host's lock, and sees to it later.</summary>
    void CameIn();

    /// <summary>Writes a line to the node's log.</summary>
    void Report(PartitionId partition, in ReplicaEvent happened);
}
