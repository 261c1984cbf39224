using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>Messages of older epochs are taken as if they were of the present one.</summary>
internal sealed class AnyEpochIsHeard : ReplicaRules
{
    public override bool IsRefused(Epoch ofMessage, Epoch own) => false;

    public override bool IsFedBy(NodeId from, NodeId feeder, Epoch ofMessage, Epoch own) => true;
}
