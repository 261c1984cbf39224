using Catena.Core.Primitives;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Nodes;

public sealed class SimulatedNodeTests
{
    private readonly World _world = new(1);
    private readonly SimulatedNetwork _network;
    private readonly List<string> _log = [];

    public SimulatedNodeTests() => _network = new SimulatedNetwork(_world, NetworkProfile.Calm);

    [Fact]
    public void A_paused_node_sees_what_it_missed_in_order_when_it_resumes()
    {
        var node = Boot();
        node.Pause();
        node.Receive(new NodeId(2), "a");
        node.Receive(new NodeId(2), "b");
        node.SetTimer(node.Clock.Now + 5, "timer", () => _log.Add("timer"));
        _world.RunFor(100);
        Assert.Empty(_log);
        node.Resume();
        _world.RunFor(1);
        Assert.Equal(["1:a", "1:b", "timer"], _log);
    }

    [Fact]
    public void Timers_and_completions_of_a_process_die_with_it()
    {
        var node = Boot();
        node.SetTimer(node.Clock.Now + 50, "timer", () => _log.Add("timer"));
        node.After(50, "completion", () => _log.Add("completion"));
        node.Kill();
        node.Boot();
        _world.RunFor(100);
        Assert.Empty(_log);
        Assert.Equal(2ul, node.Incarnation);
    }

    [Fact]
    public void What_a_paused_process_missed_dies_with_it()
    {
        var node = Boot();
        node.Pause();
        node.Receive(new NodeId(2), "a");
        node.Kill();
        node.Boot();
        node.Resume();
        _world.RunFor(10);
        Assert.Empty(_log);
    }

    [Fact]
    public void An_exception_in_a_process_is_a_violation()
    {
        var node = Boot();
        node.After(1, "e", () => throw new InvalidOperationException("bug"));
        _world.RunFor(10);
        var violation = Assert.Single(_world.Violations);
        Assert.Equal("unhandled exception", violation.Rule);
        Assert.Contains("bug", violation.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_exits_on_purpose_is_no_violation_and_its_end_is_told()
    {
        var node = Boot();
        var exits = 0;
        node.Exited += _ => exits++;
        node.After(1, "e", () => throw new ProcessExitException("enough"));
        _world.RunFor(10);
        Assert.Empty(_world.Violations);
        Assert.Equal(NodeState.Down, node.State);
        Assert.Equal(1, exits);
    }

    private SimulatedNode Boot()
    {
        var node = ScriptedProgram.Node(_world, _network, 1, _log);
        node.Boot();
        return node;
    }
}
