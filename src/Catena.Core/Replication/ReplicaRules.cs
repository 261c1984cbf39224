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

    /// <summary>Whether a follower takes what a feeder of this epoch sends: only the first member of its own epoch feeds it.</summary>
    public virtual bool IsFedBy(NodeId from, Epoch ofMessage, Configuration own)
    {
        ArgumentNullException.ThrowIfNull(own);
        return ofMessage == own.Epoch && from == own.First;
    }

    /// <summary>Whether a restarted first member must open a new epoch: it may have issued positions in the old one that it forgot.</summary>
    public virtual bool MustReopenAfterRestart => true;

    /// <summary>The sequence up to which the log counts as stable.</summary>
    /// <param name="stable">Up to where the disk has said that it is.</param>
    /// <param name="last">The last entry appended.</param>
    public virtual ulong CountsAsStable(ulong stable, ulong last) => stable;

    /// <summary>Until when a reader may answer, given the earliest end of its leases.</summary>
    public virtual long MayReadUntil(long earliestLease) => earliestLease;

    /// <summary>Whether a learner whose promotion is proposed must have granted its lease too.</summary>
    public virtual bool LearnerCountsForLeases => true;

    /// <summary>Whether a learner whose promotion is proposed must have acknowledged what is committed.</summary>
    public virtual bool LearnerCountsForCommits => true;

    /// <summary>Whether a new first member keeps entries that it does not know to be committed: they may have been acknowledged.</summary>
    public virtual bool KeepsInheritedSuffix => true;

    /// <summary>Whether an epoch that deposes a reader waits for the promises made to it.</summary>
    public virtual bool PromisesAreKept => true;

    /// <summary>Whether a restarted grantor waits out the promises of its earlier life.</summary>
    public virtual bool PromisesOutliveRestarts => true;
}
