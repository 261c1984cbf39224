using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Faults;
using Catena.Simulation.Histories;
using Catena.Simulation.Nodes;
using Catena.Simulation.Running;

namespace Catena.Simulation.Reference;

/// <summary>One <see cref="ReferenceServer" /> and its clients.</summary>
public sealed class ReferenceSystem : ISimulatedSystem
{
    private const ulong FirstClient = 1_000;
    private readonly SimulationContext _context;
    private readonly SimulatedNode _node;
    private readonly SortedDictionary<int, ReferenceClient> _clients = [];

    /// <summary>A system that has not started.</summary>
    /// <param name="context">The world it is built into.</param>
    /// <param name="server">Makes the server; null for the right one.</param>
    public ReferenceSystem(SimulationContext context, Func<SimulatedNode, ReferenceServer>? server = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _node = context.AddNode(new NodeId(1), node => server is null ? new ReferenceServer(node) : server(node));
    }

    /// <inheritdoc />
    public IReadOnlyList<SimulatedNode> Nodes => [_node];

    /// <inheritdoc />
    public IEnumerable<NodeId> ClientEndpoints => _clients.Values.Select(client => client.Id);

    /// <inheritdoc />
    public IReadOnlySet<FaultKind> Tolerated { get; } = new SortedSet<FaultKind>
    {
        FaultKind.Kill,
        FaultKind.PowerLoss,
        FaultKind.Pause,
        FaultKind.WallJump,
        FaultKind.ClockRate,
        FaultKind.SlowDisk,
        FaultKind.FailedSync,
    };

    /// <inheritdoc />
    public IReadOnlyList<IReplicaView> Replicas => _node.Program is ReferenceServer server ? [server] : [];

    /// <inheritdoc />
    public IReadOnlyList<IReplicaView> Members => Replicas;

    /// <inheritdoc />
    public void Start() => _node.Boot();

    /// <inheritdoc />
    public IReadOnlySet<NodeId> DrawCore(Prng random) => new SortedSet<NodeId> { _node.Id };

    /// <inheritdoc />
    public bool CanServe(IReadOnlySet<NodeId> core) => true;

    /// <inheritdoc />
    public string? WhatIsAmiss(IReadOnlySet<NodeId> core) => null;

    /// <inheritdoc />
    public void Submit(int client, string key, RegisterCommand command, Action<Outcome, RegisterResult?> reply)
    {
        if (!_clients.TryGetValue(client, out var endpoint))
        {
            endpoint = new ReferenceClient(_context.World, _context.Network, new NodeId(FirstClient + (ulong)client), _node.Id);
            _clients.Add(client, endpoint);
        }

        endpoint.Ask(client, key, command, reply);
    }
}
