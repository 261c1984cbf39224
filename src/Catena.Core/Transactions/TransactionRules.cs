namespace Catena.Core.Transactions;

/// <summary>The rules of transactions on which safety hangs, each in one place, so that tests can break one and see that it is missed.</summary>
/// <remarks>Only <see cref="Sound" /> is ever used outside tests of the simulator.</remarks>
public class TransactionRules
{
    /// <summary>The rules as they are.</summary>
    public static TransactionRules Sound { get; } = new();

    /// <summary>Whether a transaction is decided only once every participant has prepared.</summary>
    public virtual bool DecidesOnlyPrepared => true;

    /// <summary>Whether keys that were read and not written are locked and compared as well.</summary>
    public virtual bool LocksReads => true;

    /// <summary>Whether ranges that were scanned are locked and compared as well.</summary>
    public virtual bool LocksRanges => true;

    /// <summary>Whether who finds no decision leaves a record that it is aborted, so that nobody can commit it later.</summary>
    public virtual bool AbortsByRecord => true;

    /// <summary>Whether a replica that begins to decide takes the locks over that its records speak of.</summary>
    public virtual bool LocksOutliveFailover => true;

    /// <summary>Whether a plain read of a key with a prepared write waits for the decision.</summary>
    public virtual bool ReadsAwaitDecisions => true;

    /// <summary>Whether plain and one-partition writes wait for the locks of transactions.</summary>
    public virtual bool WritesRespectLocks => true;

    /// <summary>Whether participants hear only of decisions that are committed.</summary>
    public virtual bool DeliversOnlyCommitted => true;

    /// <summary>Whether a decision is kept for as long as its coordinator may still ask for it.</summary>
    public virtual bool DecisionsOutliveCoordinators => true;

    /// <summary>Whether what was read under locks counts only once the home partition has decided: the locks may have been lost in between.</summary>
    public virtual bool DecidesLockedReads => true;

    /// <summary>Whether an absent key that was there meanwhile counts as changed, where nothing is locked.</summary>
    public virtual bool AbsencesAreCompared => true;

    /// <summary>Whether partitions refuse whatever still comes for a table that has been dropped.</summary>
    public virtual bool DroppedTablesAreRefused => true;

    /// <summary>Whether a transaction that only read is compared with what is there once it has read everything.</summary>
    public virtual bool ReadOnlyIsCompared => true;
}
