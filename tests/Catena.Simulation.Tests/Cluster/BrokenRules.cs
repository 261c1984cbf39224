using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The replicas' rules without one of them.</summary>
internal sealed class BrokenRules(PlantedFault planted) : ReplicaRules
{
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

    public override long MayReadUntil(long earliestLease) => planted == PlantedFault.ReadsWithoutLease ? long.MaxValue : earliestLease;
}
