using Catena.Core.Replication;

namespace Catena.Simulation.Cluster;

/// <summary>The rules of a reader that takes its session with the coordinator for a lease.</summary>
/// <param name="hasSession">Whether the node knows of no end of its session.</param>
internal sealed class SessionLockRules(Func<bool> hasSession) : ReplicaRules
{
    public override long MayReadUntil(long earliestLease) => hasSession() ? long.MaxValue : earliestLease;
}
