using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The replicas' rules without one of them.</summary>
internal sealed class BrokenRules(PlantedFault planted) : ReplicaRules
{
    public override bool DroppedCountsUntilConfirmed => planted != PlantedFault.CountsOnlyTheRest;

    public override bool TruncatesOnlyByLineage => planted != PlantedFault.TruncatesByWatermark;

    public override bool EpochIsDurableFirst => planted != PlantedFault.EpochNotDurable;

    public override bool RemembersAllPromises => planted != PlantedFault.OnePromiseRemembered;

    public override bool ResultsAreReplicated => planted != PlantedFault.ForgetsResults;

    public override bool RefusalsAreReads => planted != PlantedFault.RefusesAtOnce;

    public override bool ServesOnlySettled => planted != PlantedFault.ServesUnsettled;

    public override bool PromotesOnlyCounted => planted != PlantedFault.PromotesUncounted;

    public override bool AsksBeforeDirtyReads => planted != PlantedFault.AnswersDirty;

    public override bool MustReopenAfterRestart => planted != PlantedFault.ResumesEpoch;

    public override bool LearnerCountsForLeases => planted != PlantedFault.LearnerWithoutLease;

    public override bool LearnerCountsForCommits => planted != PlantedFault.LearnerWithoutCommit;

    public override bool KeepsInheritedSuffix => planted != PlantedFault.DropsSuffix;

    public override bool PromisesAreKept => planted != PlantedFault.BreaksPromises;

    public override bool PromisesOutliveRestarts => planted != PlantedFault.ForgetsPromises;

    public override bool IsRefused(Epoch ofMessage, Epoch own) => planted != PlantedFault.AcceptsLowerEpoch && base.IsRefused(ofMessage, own);

    public override bool IsFedBy(NodeId from, NodeId feeder, Epoch ofMessage, Epoch own) =>
        planted == PlantedFault.AcceptsLowerEpoch || base.IsFedBy(from, feeder, ofMessage, own);

    public override ulong CountsAsStable(ulong stable, ulong last) => planted == PlantedFault.RepliesBeforeStable ? last : stable;

    public override ulong ResendsFrom(ulong lacking, ulong last) => planted == PlantedFault.ForwardsNewFirst ? last + 1 : lacking;

    public override ulong PassesOn(ulong own, ulong before) => planted == PlantedFault.PassesOnItsOwn ? own : base.PassesOn(own, before);

    public override long MayReadUntil(long earliestLease) => planted == PlantedFault.ReadsWithoutLease ? long.MaxValue : earliestLease;
}
