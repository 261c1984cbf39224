using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Simulation.Control;

/// <summary>One process's side of the coordinator, as <see cref="ClusterCoordinator" /> is a real node's: what it has read, and its sessions.</summary>
/// <remarks>
/// What was read is kept in a real node's picture of the tree, so that a tree which goes back, or is wiped, is refused by the real rules.
/// </remarks>
internal sealed class CoordinatorDesk
{
    private readonly SimulatedCoordinator _coordinator;
    private readonly Guid _cluster;
    private readonly Action _changed;
    private bool _hasReadAll;

    /// <summary>A desk that has not spoken to anyone.</summary>
    /// <param name="node">The node.</param>
    /// <param name="coordinator">The coordinator.</param>
    /// <param name="cluster">The cluster that the node's data belong to.</param>
    /// <param name="changed">Called when what is known has changed, once it was known as a whole.</param>
    internal CoordinatorDesk(SimulatedNode node, SimulatedCoordinator coordinator, Guid cluster, Action changed)
    {
        Node = node;
        _coordinator = coordinator;
        _cluster = cluster;
        _changed = changed;
        Tree = new ClusterTree(TreeLayout.Paths, "sim", node.Id, NullLogger.Instance);
        Proposals = new ProposalDesk(this);
    }

    /// <summary>The node.</summary>
    internal SimulatedNode Node { get; }

    /// <summary>What is known of the tree.</summary>
    internal ClusterTree Tree { get; }

    /// <summary>Carries proposals to the coordinator.</summary>
    internal ProposalDesk Proposals { get; }

    /// <summary>Looks after the node's znodes; null until the node runs.</summary>
    internal Registrar? Registrar { get; private set; }

    /// <summary>The present session; null before the first.</summary>
    internal DeskSession? Session { get; private set; }

    /// <summary>Whether the tree that was last read is not this cluster's.</summary>
    internal bool IsRefusing { get; private set; }

    /// <summary>Opens a session.</summary>
    internal void OpenSession()
    {
        Session = new DeskSession(this);
        Session.Begin(_coordinator);
    }

    /// <summary>Registers the node as running, and lets it stand in the election.</summary>
    internal void Register(ClusterProfile profile, ulong incarnation)
    {
        Registrar = new Registrar(profile, Node.Id, incarnation);
        Session?.WantRegistration();
    }

    /// <summary>Takes the settings' znode.</summary>
    /// <returns>Whether the tree is this cluster's.</returns>
    internal bool TakeSettings(CoordinatorReply reply)
    {
        var znode = TreeLayout.State(TreeLayout.Paths.Settings, reply);
        var settings = znode.Data is null ? null : DocumentCodec.DecodeSettings(znode.Data);
        var refuses = settings?.ClusterId != _cluster;
        if (refuses != IsRefusing && Node.World.Tracing)
        {
            Node.World.Trace($"node {Node.Id.Value} {(refuses ? "refuses the coordinator's tree" : "takes the coordinator's tree for its cluster's")}");
        }

        IsRefusing = refuses;
        if (!refuses)
        {
            Tree.SetSettings(settings!, znode.Version);
        }

        return !refuses;
    }

    /// <summary>Hears that the tree has changed.</summary>
    /// <param name="isComplete">Whether all of it was read.</param>
    internal void OnTreeChanged(bool isComplete)
    {
        _hasReadAll |= isComplete;
        if (_hasReadAll)
        {
            _changed();
        }
    }

    /// <summary>Hears that a configuration was written.</summary>
    internal void OnWritten(PartitionId partition, Configuration configuration, int version)
    {
        Tree.SetPartition(partition, configuration, version);
        OnTreeChanged(isComplete: false);
    }
}
