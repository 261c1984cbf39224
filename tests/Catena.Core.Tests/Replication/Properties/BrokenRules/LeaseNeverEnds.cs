using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A reader goes on answering when its leases have run out.</summary>
internal sealed class LeaseNeverEnds : ReplicaRules
{
    public override long MayReadUntil(long earliestLease) => earliestLease == 0 ? 0 : long.MaxValue;
}
