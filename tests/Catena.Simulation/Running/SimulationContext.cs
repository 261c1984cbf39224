using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Disks;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Running;

/// <summary>The world, network and coordinator into which a system is built.</summary>
/// <param name="World">The world.</param>
/// <param name="Network">The network.</param>
/// <param name="Coordinator">The coordinator.</param>
public sealed record SimulationContext(World World, SimulatedNetwork Network, SimulatedCoordinator Coordinator)
{
    /// <summary>A disk for every node in place of one that is drawn; for tests.</summary>
    public DiskProfile? Disk { get; init; }

    /// <summary>Every node's clock in place of those that are drawn; for tests.</summary>
    public Func<NodeId, ClockProfile>? Clock { get; init; }

    /// <summary>Adds a node with a disk and clocks of its own, drawn by its id.</summary>
    public SimulatedNode AddNode(NodeId id, Func<SimulatedNode, INodeProgram> program)
    {
        var disk = Disk ?? DiskProfile.Draw(World.Random($"profile/disk/{id.Value}"));
        var clock = Clock?.Invoke(id) ?? ClockProfile.Draw(World.Random($"profile/clock/{id.Value}"));
        return new SimulatedNode(
            World, id, Network, new SimulatedDisk(World, id.Value, disk), new SimulatedClock(World, id.Value, clock), program);
    }
}
