using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A learner whose promotion is proposed need not have what is committed.</summary>
internal sealed class LearnerAcknowledgesNothing : ReplicaRules
{
    public override bool LearnerCountsForCommits => false;
}
