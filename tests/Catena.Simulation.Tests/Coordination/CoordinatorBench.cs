using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Nodes;

namespace Catena.Simulation.Tests.Coordination;

/// <summary>A coordinator with nodes that talk to it.</summary>
internal sealed class CoordinatorBench
{
    private readonly SimulatedNetwork _network;

    public CoordinatorBench(CoordinatorProfile profile, ulong seed = 1)
    {
        World = new World(seed);
        _network = new SimulatedNetwork(World, NetworkProfile.Calm);
        Coordinator = new SimulatedCoordinator(World, profile);
    }

    public World World { get; }

    public SimulatedCoordinator Coordinator { get; }

    public SimulatedNode AddNode(ulong id)
    {
        var node = ScriptedProgram.Node(World, _network, id, []);
        node.Boot();
        return node;
    }

    public (SimulatedSession Session, RecordingOwner Owner) Connect(SimulatedNode node)
    {
        var owner = new RecordingOwner();
        var session = Coordinator.Connect(node, owner);
        Assert.True(World.RunUntil(() => session.State == SessionState.Connected, 60 * Duration.Second));
        return (session, owner);
    }

    public CoordinatorReply Ask(SimulatedSession session, CoordinatorRequest request)
    {
        CoordinatorReply? reply = null;
        session.Submit(request, answer => reply = answer);
        Assert.True(World.RunUntil(() => reply is not null, 60 * Duration.Second), $"no reply to {request}");
        return reply!;
    }

    public void Cut(SimulatedNode node) => Coordinator.Cut(node.Id);

    public static NodeId Id(ulong id) => new(id);
}
