using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A restarted member of a chain goes on in its epoch.</summary>
internal sealed class ChainMemberGoesOn : ReplicaRules
{
    public override bool SitsOutAfterRestart => false;
}
