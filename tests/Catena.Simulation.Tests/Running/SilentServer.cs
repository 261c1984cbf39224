using Catena.Core.Primitives;
using Catena.Simulation.Nodes;
using Catena.Simulation.Reference;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Running;

/// <summary>A reference server that answers for ten seconds and then no more.</summary>
internal sealed class SilentServer(SimulatedNode node) : ReferenceServer(node), INodeProgram
{
    private readonly SimulatedNode _node = node;

    void INodeProgram.Receive(NodeId from, object message)
    {
        if (_node.World.Now < 10 * Duration.Second)
        {
            Receive(from, message);
        }
    }
}
