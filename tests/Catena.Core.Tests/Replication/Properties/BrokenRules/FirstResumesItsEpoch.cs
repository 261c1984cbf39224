using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A restarted first member goes on in its old epoch.</summary>
internal sealed class FirstResumesItsEpoch : ReplicaRules
{
    public override bool MustReopenAfterRestart => false;
}
