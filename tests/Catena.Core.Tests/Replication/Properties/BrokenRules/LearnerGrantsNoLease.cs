using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A learner whose promotion is proposed need not have granted its lease.</summary>
internal sealed class LearnerGrantsNoLease : ReplicaRules
{
    public override bool LearnerCountsForLeases => false;
}
