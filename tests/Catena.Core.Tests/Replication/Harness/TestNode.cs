using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>One node of a <see cref="ReplicaCluster" />, up or down: one replica, its log, its beacons, its clock.</summary>
internal sealed class TestNode(NodeId id, PartitionId partition, ReplicaCluster cluster) : ILeaseBook, IPeerHealth
{
    internal NodeId Id => id;

    internal MemoryLog Log { get; } = new(partition);

    /// <summary>The replica; null while the node is down.</summary>
    internal Replica? Replica { get; set; }

    internal BeaconExchange? Beacons { get; set; }

    internal ulong Incarnation { get; set; }

    /// <summary>How fast the node's clock goes.</summary>
    internal double ClockRate { get; set; } = 1;

    internal long Now => (long)(cluster.Now * ClockRate);

    /// <summary>Whether the node does not come to applying what is committed.</summary>
    internal bool IsSlow { get; set; }

    /// <summary>Whom this node suspects.</summary>
    internal HashSet<NodeId> Suspected { get; } = [];

    /// <summary>What the host has published of the time until which reads may be answered.</summary>
    internal long ReadableUntil { get; set; }

    /// <summary>Whether the node shuts down in order: it reads no more.</summary>
    internal bool IsRetired { get; set; }

    /// <summary>The proposal whose outcome the host does not know.</summary>
    internal Configuration? OpenProposal { get; set; }

    /// <summary>How often the open proposal was submitted.</summary>
    internal int Submissions { get; set; }

    internal bool IsUp => Replica is not null;

    internal bool MayRead => IsUp && Now < ReadableUntil;

    public bool IsSuspected(NodeId node) => Suspected.Contains(node);

    public bool IsSameLife(NodeId node, ulong incarnation) => !IsSuspected(node);

    public bool IsSteady(NodeId node, ReadOnlySpan<NodeId> others)
    {
        foreach (var other in others)
        {
            if (!cluster.HearEachOther(node, other))
            {
                return false;
            }
        }

        return cluster.HearEachOther(node, id);
    }

    public IReadOnlyList<LeaseRequest> RequestsFor(NodeId grantor) =>
        Replica?.Configuration is { } configuration
        && configuration.IsReader(id)
        && grantor != id
        && (configuration.HasMember(grantor) || configuration.HasLearner(grantor))
            ? [new LeaseRequest(partition, Replica.Epoch)]
            : [];

    public bool Grant(NodeId reader, LeaseRequest request, long now) => Replica!.GrantLease(reader, request.Epoch, now);

    public void Granted(NodeId grantor, LeaseRequest request, long askedAt) => Replica!.LeaseGranted(grantor, request.Epoch, askedAt, Now);
}
