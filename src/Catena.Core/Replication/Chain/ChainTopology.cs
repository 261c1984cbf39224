using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Chain;

/// <summary>Each member sends to the next, its successor; the last, the tail, commits, answers reads and feeds the learners.</summary>
/// <remarks>
/// After van Renesse and Schneider ("Chain Replication for Supporting High Throughput and Availability", OSDI 2004). Where reads are apportioned
/// every member answers them (Terrace and Freedman: "Object Storage on CRAQ", USENIX ATC 2009). Other than in the paper an entry travels on
/// before it is stable, and how far it is stable travels behind it: syncs of the members overlap.
/// </remarks>
internal sealed class ChainTopology : Topology
{
    internal static readonly ChainTopology Plain = new(isApportioned: false);
    internal static readonly ChainTopology Apportioned = new(isApportioned: true);

    private readonly bool _isApportioned;

    private ChainTopology(bool isApportioned) => _isApportioned = isApportioned;

    /// <inheritdoc />
    public override bool CommitsAtTheEnd => true;

    /// <inheritdoc />
    public override NodeId FeederOf(Configuration configuration, NodeId node)
    {
        var place = configuration.Members.IndexOf(node);
        return place > 0 ? configuration.Members[place - 1]
            : place < 0 && configuration.HasLearner(node) ? configuration.Members[^1]
            : NodeId.None;
    }

    /// <inheritdoc />
    public override ImmutableArray<NodeId> FedBy(Configuration configuration, NodeId node)
    {
        var place = configuration.Members.IndexOf(node);
        return place < 0 ? []
            : place + 1 < configuration.Members.Length ? [configuration.Members[place + 1]]
            : configuration.Learners;
    }

    /// <inheritdoc />
    public override NodeId ReaderOf(Configuration configuration) => configuration.Members[^1];

    /// <inheritdoc />
    public override ImmutableArray<NodeId> ReadersOf(Configuration configuration) =>
        _isApportioned ? configuration.Members : [configuration.Members[^1]];
}
