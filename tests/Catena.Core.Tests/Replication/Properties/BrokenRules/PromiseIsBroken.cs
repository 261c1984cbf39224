using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A grantor acknowledges an epoch that deposes a reader while its promise to that reader stands.</summary>
internal sealed class PromiseIsBroken : ReplicaRules
{
    public override bool PromisesAreKept => false;
}
