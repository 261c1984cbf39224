using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Leases;

/// <summary>A node's replicas as a test wants them to answer.</summary>
internal sealed class BookOfLeases : ILeaseBook
{
    internal List<LeaseRequest> Wanted { get; } = [];

    internal HashSet<LeaseRequest> Refused { get; } = [];

    /// <summary>What was promised, to whom and when.</summary>
    internal List<(NodeId Reader, LeaseRequest Request, long Now)> Promised { get; } = [];

    /// <summary>What was received, from whom and from when it counts.</summary>
    internal List<(NodeId Grantor, LeaseRequest Request, long AskedAt)> Received { get; } = [];

    public IReadOnlyList<LeaseRequest> RequestsFor(NodeId grantor) => Wanted;

    public bool Grant(NodeId reader, LeaseRequest request, long now)
    {
        if (Refused.Contains(request))
        {
            return false;
        }

        Promised.Add((reader, request, now));
        return true;
    }

    public void Granted(NodeId grantor, LeaseRequest request, long askedAt) => Received.Add((grantor, request, askedAt));
}
