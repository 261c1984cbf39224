using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>The rules on which safety hangs, each in one place, so that tests can break one and see that it is missed.</summary>
/// <remarks>Only <see cref="Sound" /> is ever used outside tests of the simulator.</remarks>
public class ReplicaRules
{
    /// <summary>The rules as they are.</summary>
    public static ReplicaRules Sound { get; } = new();

    /// <summary>Whether a message is refused because its epoch is lower than the receiver's.</summary>
    public virtual bool IsRefused(Epoch ofMessage, Epoch own) => ofMessage < own;

    /// <summary>Whether a follower takes what a feeder of this epoch sends: only the one that its own epoch's configuration gives it.</summary>
    public virtual bool IsFedBy(NodeId from, NodeId feeder, Epoch ofMessage, Epoch own) => ofMessage == own && from == feeder;

    /// <summary>Whether a restarted first member must open a new epoch: it may have issued positions in the old one that it forgot.</summary>
    public virtual bool MustReopenAfterRestart => true;

    /// <summary>Whether a restarted member of a chain takes no part in its epoch: it has forgotten what it told its neighbours and read.</summary>
    public virtual bool SitsOutAfterRestart => true;

    /// <summary>Whether an epoch is durable before it is acknowledged.</summary>
    public virtual bool EpochIsDurableFirst => true;

    /// <summary>The sequence up to which the log counts as stable.</summary>
    /// <param name="stable">Up to where the disk has said that it is.</param>
    /// <param name="last">The last entry appended.</param>
    public virtual ulong CountsAsStable(ulong stable, ulong last) => stable;

    /// <summary>What a replica acknowledges: what is stable here and at all who count behind it.</summary>
    public virtual ulong AcknowledgesFor(ulong own, ulong behind) => Math.Min(own, behind);

    /// <summary>What a member of a chain passes on as stable: what is so here and at all before it.</summary>
    public virtual ulong PassesOn(ulong own, ulong before) => Math.Min(own, before);

    /// <summary>What the reader at the end of a chain tells as committed: what it has applied, so that nobody is answered before a read would show it.</summary>
    public virtual ulong TellsAsCommitted(ulong committed, ulong applied) => Math.Min(committed, applied);

    /// <summary>From which entry on a follower is fed.</summary>
    /// <param name="lacking">The first entry that it lacks.</param>
    /// <param name="last">The last entry of the feeder's log.</param>
    public virtual ulong ResendsFrom(ulong lacking, ulong last) => lacking;

    /// <summary>Whether a member that is to be dropped counts for commits until the compare-and-set is confirmed.</summary>
    public virtual bool DroppedCountsUntilConfirmed => true;

    /// <summary>Whether a promotion is proposed only once all who commit or read heed the learner.</summary>
    public virtual bool PromotesOnlyCounted => true;

    /// <summary>When a lease begins.</summary>
    /// <param name="askedAt">When it was asked for.</param>
    /// <param name="heardAt">When the grant was received.</param>
    public virtual long LeaseBegins(long askedAt, long heardAt) => askedAt;

    /// <summary>Until when a reader may answer, given the earliest end of its leases.</summary>
    public virtual long MayReadUntil(long earliestLease) => earliestLease;

    /// <summary>Whether a reader answers only once every member holds the epoch's start entry.</summary>
    public virtual bool ServesOnlySettled => true;

    /// <summary>Whether a member of an apportioned chain asks the reader before it answers for a key with a pending write.</summary>
    public virtual bool AsksBeforeDirtyReads => true;

    /// <summary>Whether a learner whose promotion is proposed must have granted its lease too.</summary>
    public virtual bool LearnerCountsForLeases => true;

    /// <summary>Whether a learner whose promotion is proposed must have acknowledged what is committed.</summary>
    public virtual bool LearnerCountsForCommits => true;

    /// <summary>Whether a new first member keeps entries that it does not know to be committed: they may have been acknowledged.</summary>
    public virtual bool KeepsInheritedSuffix => true;

    /// <summary>Whether a new first member adopts the longest log of all members, and not its own.</summary>
    public virtual bool AdoptsLongestLog => true;

    /// <summary>Whether a log is cut only where its lineage parts from the first member's, and not at what is known here to be committed.</summary>
    public virtual bool TruncatesOnlyByLineage => true;

    /// <summary>Whether a grantor keeps its promises to earlier readers when it makes one to another.</summary>
    public virtual bool RemembersAllPromises => true;

    /// <summary>Whether results of retried requests that another first member decided are known: they are part of the replicated state.</summary>
    public virtual bool ResultsAreReplicated => true;

    /// <summary>Whether an epoch that deposes a reader waits for the promises made to it.</summary>
    public virtual bool PromisesAreKept => true;

    /// <summary>Whether a restarted grantor waits out the promises of its earlier life.</summary>
    public virtual bool PromisesOutliveRestarts => true;

    /// <summary>Whether what is decided by the first member and changes nothing is answered only as the read that it is.</summary>
    public virtual bool RefusalsAreReads => true;
}
