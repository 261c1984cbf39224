using System.Collections.Immutable;
using System.Globalization;
using Catena.Core.Control;
using Catena.Core.Control.Actions;
using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>The elected node's work: the real controller's decisions, written by the node whose turn it is.</summary>
/// <remarks>
/// It sees the coordinator's newest tree without asking, and the live node with the lowest id is master; both are simpler than in a real node, and
/// safety must not depend on either. What it writes goes through that node's own session, by compare-and-set, with all its nuisances.
/// </remarks>
internal sealed class ControllerStandIn(ClusterSystem system)
{
    private readonly SortedDictionary<NodeId, long> _lastSeen = [];
    private NodeId _master;
    private long _since;

    /// <summary>Lets a node decide, where it is the master and can reach the coordinator.</summary>
    internal void Tick(NodeProgram program)
    {
        var live = Live();
        foreach (var node in live)
        {
            _lastSeen[node.Id] = system.World.Now;
        }

        if (live.IsEmpty || live[0].Id != program.Node.Id || !program.Desk.IsConnected)
        {
            return;
        }

        if (_master != program.Node.Id)
        {
            _master = program.Node.Id;
            _since = system.World.Now;
        }

        foreach (var action in Controller.Decide(ViewOf(live)))
        {
            Carry(program, action);
        }
    }

    private void Carry(NodeProgram program, ControllerAction action)
    {
        if (system.World.Tracing)
        {
            system.World.Trace($"controller {program.Node.Id.Value}: {action}");
        }

        switch (action)
        {
            case AddLearner add:
                program.Desk.Write(add.Partition, add.Next, add.ZnodeVersion);
                break;
            case RemoveLearner remove:
                program.Desk.Write(remove.Partition, remove.Next, remove.ZnodeVersion);
                break;
            case HandOver over:
                program.Node.Send(over.From, new HandOverAsk(over.Partition, over.NewFirst));
                break;
            case RemoveMember remove:
                program.Node.Send(remove.First, new RemovalAsk(remove.Partition, remove.Node));
                break;
        }
    }

    private ImmutableArray<LiveNode> Live() =>
    [
        .. system.NodeIds
            .Select(id => (Id: id, Znode: system.Coordinator.Tree.GetValueOrDefault(ClusterTree.PathOf(id))))
            .Where(node => node.Znode is not null)
            .Select(node => new LiveNode(node.Id, ulong.Parse(node.Znode!.Data, CultureInfo.InvariantCulture), "")),
    ];

    private ClusterView ViewOf(ImmutableArray<LiveNode> live)
    {
        var profile = system.Profile;
        return new ClusterView
        {
            Settings = new ClusterSettings
            {
                Partitions = profile.Partitions,
                Replicas = profile.Replicas,
                MinInSync = profile.MinInSync,
                ReReplicationDelayMillis = profile.ReReplicationDelay / Duration.Millisecond,
            },
            SettingsZnodeVersion = 0,
            IsCreated = true,
            IsComplete = true,
            NowMillis = system.World.Now / Duration.Millisecond,
            InOfficeSinceMillis = _since / Duration.Millisecond,
            Live = live,
            Registrations =
            [
                .. system.NodeIds.Select(id => new NodeRegistration(
                    id, RegistrationState.Active, "", _lastSeen.GetValueOrDefault(id) / Duration.Millisecond, 0)),
            ],
            Partitions = [.. Enumerable.Range(0, profile.Partitions).Select(number => ViewOf(new PartitionId((ushort)number)))],
        };
    }

    private PartitionView ViewOf(PartitionId partition)
    {
        var znode = system.Coordinator.Tree[ClusterTree.PathOf(partition)];
        return new PartitionView(partition, ClusterTree.Decode(znode.Data), znode.Version);
    }
}
