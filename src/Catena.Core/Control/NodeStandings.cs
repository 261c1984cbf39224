using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>What a view says of each node: whether it is alive, and whether replicas should be placed on it.</summary>
internal sealed class NodeStandings
{
    private readonly Dictionary<NodeId, LiveNode> _live = [];
    private readonly Dictionary<NodeId, NodeRegistration> _registrations = [];
    private readonly ClusterView _view;

    /// <summary>The standings of the view's nodes.</summary>
    /// <exception cref="ArgumentException">The view names a node twice among the live or among the registered.</exception>
    public NodeStandings(ClusterView view)
    {
        _view = view;
        foreach (var live in view.Live)
        {
            if (!_live.TryAdd(live.Id, live))
            {
                throw new ArgumentException($"The view has node {live.Id} alive twice.");
            }
        }

        foreach (var registration in view.Registrations)
        {
            if (!_registrations.TryAdd(registration.Id, registration))
            {
                throw new ArgumentException($"The view has node {registration.Id} registered twice.");
            }
        }
    }

    /// <summary>The nodes that replicas should be placed on: active, and alive or not away for long.</summary>
    public IEnumerable<RingNode> Placeable => _view.Registrations.Where(node => IsPlaceable(node.Id)).Select(ToRingNode);

    /// <summary>The nodes that replicas can be placed on at once: active and alive.</summary>
    public IEnumerable<RingNode> Ready => _view.Registrations.Where(node => IsReady(node.Id)).Select(ToRingNode);

    /// <summary>Whether the coordinator holds the node to be alive.</summary>
    public bool IsLive(NodeId node) => _live.ContainsKey(node);

    /// <summary>Whether the node is registered and to take its share.</summary>
    public bool IsActive(NodeId node) => _registrations.TryGetValue(node, out var known) && known.State == RegistrationState.Active;

    /// <summary>Whether the node is active and alive.</summary>
    public bool IsReady(NodeId node) => IsActive(node) && IsLive(node);

    /// <summary>The running incarnation of a node that is alive.</summary>
    public ulong IncarnationOf(NodeId node) => _live[node].Incarnation;

    /// <summary>The node's weight where first places are shared out; that of an ordinary node if it is not registered.</summary>
    public double WeightAsFirstOf(NodeId node) => _registrations.TryGetValue(node, out var known) ? ToRingNode(known).WeightAsFirst : RingNode.OrdinaryWeight;

    private bool IsPlaceable(NodeId node)
    {
        if (!IsActive(node) || IsLive(node))
        {
            return IsActive(node);
        }

        var awaySince = Math.Max(_registrations[node].LastSeenMillis, _view.InOfficeSinceMillis);
        return _view.NowMillis - awaySince < _view.Settings.ReReplicationDelayMillis;
    }

    private RingNode ToRingNode(NodeRegistration node) =>
        new(node.Id, _live.TryGetValue(node.Id, out var live) ? live.Zone : node.Zone, node.Weight, node.LeadWeight);
}
