using Catena.Core.Primitives;
using Catena.Simulation.Disks;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Nodes;

/// <summary>A node's program that notes what reaches it, and does at its start what a test says.</summary>
internal sealed class ScriptedProgram(SimulatedNode node, List<string> log, Action<SimulatedNode>? start) : INodeProgram
{
    public static SimulatedNode Node(
        World world, SimulatedNetwork network, ulong id, List<string> log, Action<SimulatedNode>? start = null, ClockProfile? clock = null) =>
        new(
            world,
            new NodeId(id),
            network,
            new SimulatedDisk(world, id, DiskProfile.Plain),
            new SimulatedClock(world, id, clock ?? ClockProfile.Exact),
            node => new ScriptedProgram(node, log, start));

    public void Start() => start?.Invoke(node);

    public void Receive(NodeId from, object message) => log.Add($"{node.Incarnation}:{message}");

    public void ConnectionBroken(NodeId peer) => log.Add($"{node.Incarnation}:broken {peer.Value}");
}
