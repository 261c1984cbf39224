using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Looks at a cluster again and again, every 50 simulated milliseconds, while nodes are killed and nothing else goes wrong.</summary>
internal abstract class ClusterWatch
{
    private const long Interval = 50 * Duration.Millisecond;

    private readonly World _world;

    /// <summary>Looks from now on.</summary>
    protected ClusterWatch(World world, ClusterSystem system)
    {
        _world = world;
        System = system;
        Next();
    }

    /// <summary>What is looked at.</summary>
    protected ClusterSystem System { get; }

    /// <summary>The virtual time.</summary>
    protected long Now => _world.Now;

    /// <summary>Whether every node runs but so many.</summary>
    protected bool AllRunBut(int nodes) => System.Running.Count() >= System.NodeIds.Count - nodes;

    /// <summary>Runs a cluster of four nodes and six partitions of three replicas; fails where a promise is broken.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="profile">The cluster, but for its size.</param>
    /// <param name="killEvery">About how often a node is killed.</param>
    /// <param name="load">Says how long, and what clients do.</param>
    /// <param name="make">Makes the watch.</param>
    /// <returns>The watch, which has looked to the end.</returns>
    internal static T Run<T>(
        ulong seed, ClusterProfile profile, long killEvery, Func<SimulationOptions, SimulationOptions> load, Func<World, ClusterSystem, T> make)
        where T : ClusterWatch
    {
        T? watch = null;
        var result = Simulation.Running.Simulation.Run(load(new SimulationOptions(seed, context =>
        {
            var system = new ClusterSystem(context, profile: profile with { Nodes = 4, Partitions = 6, Replicas = 3, MinInSync = 2 });
            watch = make(context.World, system);
            return system;
        })
        {
            Faults = new FaultProfile(new SortedDictionary<FaultKind, long> { [FaultKind.Kill] = killEvery }, Duration.Second),
            Network = NetworkProfile.Calm,
            Coordinator = CoordinatorProfile.Calm,
        }));
        Assert.Empty(result.Violations);
        return watch!;
    }

    /// <summary>Looks once.</summary>
    protected abstract void Look();

    private void Next() => _world.Schedule(Interval, "test.watch", 0, () =>
    {
        Look();
        Next();
    });
}
