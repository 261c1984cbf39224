using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>The replicas of a node, as the exchange of beacons sees them. The host takes the partition's lock in each call.</summary>
public interface ILeaseBook
{
    /// <summary>The partitions of which this node is the reader and <paramref name="grantor" /> a member or learner, in any fixed order.</summary>
    IReadOnlyList<LeaseRequest> RequestsFor(NodeId grantor);

    /// <summary>Grants a lease if the replica here allows it, recording the promise.</summary>
    bool Grant(NodeId reader, LeaseRequest request, long now);

    /// <summary>Hands a granted lease to the replica here.</summary>
    void Granted(NodeId grantor, LeaseRequest request, long askedAt);
}
