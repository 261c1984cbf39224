using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Nodes;

namespace Catena.Simulation.Tests.Faults;

public sealed class NemesisTests
{
    private static readonly FaultProfile Everything = new(
        new SortedDictionary<FaultKind, long>(Enum.GetValues<FaultKind>().ToDictionary(kind => kind, _ => 500 * Duration.Millisecond)),
        2 * Duration.Second);

    [Fact]
    public void It_strikes_with_everything_and_then_the_core_is_whole_again()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var world = new World(seed);
            var network = new SimulatedNetwork(world, NetworkProfile.Calm with { Connected = seed % 2 == 0 });
            var coordinator = new SimulatedCoordinator(world, CoordinatorProfile.Calm);
            var nodes = Enumerable.Range(1, 3).Select(id => ScriptedProgram.Node(world, network, (ulong)id, [])).ToList();
            nodes.ForEach(node => node.Boot());
            var nemesis = new Nemesis(world, network, coordinator, nodes, Everything);
            nemesis.Start();
            var (cuts, downs, pauses) = Watch(world, network, nodes);
            Assert.True(nemesis.Strikes > 100, $"seed {seed}");
            Assert.True(cuts > 0 && downs > 0 && pauses > 0, $"seed {seed}: {cuts} cuts, {downs} downs, {pauses} pauses");

            var core = new SortedSet<NodeId> { nodes[0].Id, nodes[1].Id };
            nemesis.Stop(core, []);
            var strikes = nemesis.Strikes;
            world.RunFor(10 * Duration.Second);
            Assert.Empty(world.Violations);
            Assert.Equal(strikes, nemesis.Strikes);
            Assert.All(nodes.Take(2), node => Assert.Equal(NodeState.Running, node.State));
            Assert.True(network.IsOpen(nodes[0].Id, nodes[1].Id) && network.IsOpen(nodes[1].Id, nodes[0].Id));
            Assert.True(coordinator.Available);
        }
    }

    [Fact]
    public void A_tree_that_was_lost_is_rebuilt_once_that_can_be_done()
    {
        var world = new World(1);
        var network = new SimulatedNetwork(world, NetworkProfile.Calm);
        var coordinator = new SimulatedCoordinator(world, CoordinatorProfile.Calm);
        var node = ScriptedProgram.Node(world, network, 1, []);
        node.Boot();
        var rebuilder = new PatientOperator(patience: 3);
        var faults = new SortedDictionary<FaultKind, long> { [FaultKind.CoordinatorWiped] = Duration.Second };
        var nemesis = new Nemesis(world, network, coordinator, [node], new FaultProfile(faults, Duration.Second), rebuilder);
        nemesis.Start();
        Assert.True(world.RunUntil(() => nemesis.AwaitsRecovery, 10 * Duration.Second));
        nemesis.Stop(new SortedSet<NodeId> { node.Id }, []);
        world.RunFor(10 * Duration.Second);
        Assert.False(nemesis.AwaitsRecovery);
        Assert.Equal(3, rebuilder.Tries);
    }

    [Fact]
    public void Most_seeds_lack_most_kinds_and_no_kind_lacks_in_all()
    {
        var all = new SortedSet<FaultKind>(Enum.GetValues<FaultKind>());
        var profiles = Enumerable.Range(0, 200).Select(seed => FaultProfile.Draw(new World((ulong)seed).Random("faults"), all)).ToList();
        Assert.Equal(all, profiles.SelectMany(profile => profile.Intervals.Keys).Distinct().Order());
        Assert.True(profiles.Average(profile => profile.Intervals.Count) < all.Count / 2.0);
    }

    [Fact]
    public void Tolerating_one_kind_more_changes_nothing_for_the_others()
    {
        var few = new SortedSet<FaultKind> { FaultKind.Pause, FaultKind.Kill };
        var more = new SortedSet<FaultKind>(few) { FaultKind.Partition };
        for (ulong seed = 0; seed < 50; seed++)
        {
            var one = FaultProfile.Draw(new World(seed).Random("faults"), few);
            var two = FaultProfile.Draw(new World(seed).Random("faults"), more);
            Assert.Equal(one.Intervals, two.Intervals.Where(fault => fault.Key != FaultKind.Partition));
        }
    }

    private static (int Cuts, int Downs, int Pauses) Watch(World world, SimulatedNetwork network, List<SimulatedNode> nodes)
    {
        var (cuts, downs, pauses) = (0, 0, 0);
        for (var look = 0; look < 200; look++)
        {
            world.RunFor(100 * Duration.Millisecond);
            cuts += network.IsOpen(nodes[0].Id, nodes[1].Id) ? 0 : 1;
            downs += nodes.Count(node => node.State == NodeState.Down);
            pauses += nodes.Count(node => node.State == NodeState.Paused);
        }

        return (cuts, downs, pauses);
    }
}
