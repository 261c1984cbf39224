using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A new first member goes on from its own log, however short.</summary>
internal sealed class OwnLogIsAdopted : ReplicaRules
{
    public override bool AdoptsLongestLog => false;
}
