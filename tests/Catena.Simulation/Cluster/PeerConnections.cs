using Catena.Core.Primitives;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>A node's connections to the others: each is tried again until it stands.</summary>
/// <param name="node">The node.</param>
/// <param name="system">The others.</param>
/// <param name="connected">Hears of a connection that stands.</param>
/// <param name="refused">Hears of a machine that has no process that listens.</param>
internal sealed class PeerConnections(SimulatedNode node, ClusterSystem system, Action<NodeId> connected, Action<NodeId> refused)
{
    private const long RetryPause = 50 * Duration.Millisecond;

    private readonly SortedSet<NodeId> _dialling = [];
    private readonly SortedSet<NodeId> _connected = [];

    /// <summary>Whether a connection stands.</summary>
    internal bool Contains(NodeId peer) => _connected.Contains(peer);

    /// <summary>Notes that a connection has broken.</summary>
    internal void Broken(NodeId peer) => _connected.Remove(peer);

    /// <summary>Tries to connect to a peer until it succeeds: a machine without the process refuses, one that cannot be reached does not answer.</summary>
    internal void Dial(NodeId peer, long delay)
    {
        if (!_dialling.Add(peer))
        {
            return;
        }

        node.After(delay, "node.dial", () =>
        {
            _dialling.Remove(peer);
            var isReachable = node.Network.IsOpen(node.Id, peer) && node.Network.IsOpen(peer, node.Id) && system.NodeOf(peer).IsPowered;
            if (isReachable && system.IsListening(peer))
            {
                _connected.Add(peer);
                connected(peer);
                return;
            }

            if (isReachable)
            {
                refused(peer);
            }

            Dial(peer, RetryPause);
        });
    }
}
