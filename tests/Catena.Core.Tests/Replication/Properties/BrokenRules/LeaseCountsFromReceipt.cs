using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A lease counts from when its grant was received.</summary>
internal sealed class LeaseCountsFromReceipt : ReplicaRules
{
    public override long LeaseBegins(long askedAt, long heardAt) => heardAt;
}
