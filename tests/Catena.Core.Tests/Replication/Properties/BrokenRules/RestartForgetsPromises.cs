using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A restarted grantor acknowledges newer epochs at once.</summary>
internal sealed class RestartForgetsPromises : ReplicaRules
{
    public override bool PromisesOutliveRestarts => false;
}
