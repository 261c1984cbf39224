using Catena.Core.Primitives;
using Catena.Simulation.Network;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Nodes;

namespace Catena.Simulation.Tests.Network;

public sealed class SimulatedNetworkTests
{
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private static readonly NodeId C = new(3);
    private readonly World _world = new(5);
    private readonly RecordingEndpoint _a = new();
    private readonly RecordingEndpoint _b = new();
    private readonly RecordingEndpoint _c = new();

    [Fact]
    public void A_connection_keeps_the_order_whatever_the_delays()
    {
        var network = Network(new NetworkProfile { Connected = true, MaxDelay = Duration.Second, Tail = 0.5, Reordering = 1, Duplication = 1 });
        SendMany(network, 100);
        _world.RunFor(100 * Duration.Second);
        Assert.Equal(Enumerable.Range(0, 100), _b.Numbers);
    }

    [Fact]
    public void Without_connections_messages_overtake_one_another()
    {
        var network = Network(new NetworkProfile { MaxDelay = Duration.Second });
        SendMany(network, 100);
        _world.RunFor(100 * Duration.Second);
        Assert.Equal(Enumerable.Range(0, 100), _b.Numbers.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), _b.Numbers);
    }

    [Fact]
    public void Loss_loses_and_duplication_duplicates_about_as_often_as_said()
    {
        SendMany(Network(new NetworkProfile { Loss = 0.3 }), 10_000);
        _world.RunFor(Duration.Second);
        Assert.InRange(_b.Received.Count, 6_700, 7_300);
        _b.Received.Clear();
        SendMany(new SimulatedNetworkBuilder(_world).With(B, _b).Build(new NetworkProfile { Duplication = 0.2 }), 10_000);
        _world.RunFor(Duration.Second);
        Assert.InRange(_b.Received.Count, 11_700, 12_300);
    }

    [Fact]
    public void A_cut_is_one_way_and_ends_with_mending()
    {
        var network = Network(NetworkProfile.Calm);
        network.Cut(A, B);
        network.Send(A, B, "lost");
        network.Send(B, A, "back");
        network.Send(A, C, "other");
        _world.RunFor(Duration.Second);
        Assert.Empty(_b.Received);
        Assert.Equal(["back"], _a.Received);
        Assert.Equal(["other"], _c.Received);
        network.Mend(A, B);
        network.Send(A, B, "later");
        _world.RunFor(Duration.Second);
        Assert.Equal(["later"], _b.Received);
    }

    [Fact]
    public void What_is_under_way_when_a_link_is_cut_does_not_arrive()
    {
        var network = Network(NetworkProfile.Calm);
        network.Send(A, B, "under way");
        network.Cut(A, B);
        _world.RunFor(Duration.Second);
        Assert.Empty(_b.Received);
    }

    [Fact]
    public void Over_a_connection_what_a_cut_held_back_arrives_late_and_in_order()
    {
        var network = Network(NetworkProfile.Calm with { Connected = true });
        network.Cut(A, B);
        SendMany(network, 10);
        _world.RunFor(100 * Duration.Second);
        Assert.Empty(_b.Received);
        network.Mend(A, B);
        network.Send(A, B, 10);
        _world.RunFor(Duration.Second);
        Assert.Equal(Enumerable.Range(0, 11), _b.Numbers);
    }

    [Fact]
    public void A_clogged_link_delivers_everything_once_it_is_unclogged()
    {
        var network = Network(NetworkProfile.Calm with { MaxDelay = NetworkProfile.Calm.MinDelay });
        network.Clog(A, B);
        SendMany(network, 10);
        _world.RunFor(Duration.Second);
        Assert.Empty(_b.Received);
        network.Unclog(A, B);
        _world.RunFor(Duration.Second);
        Assert.Equal(Enumerable.Range(0, 10), _b.Numbers);
    }

    [Fact]
    public void Of_a_broken_connection_a_prefix_arrives_then_the_news_and_then_what_is_sent_later()
    {
        var prefixes = new SortedSet<int>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            var world = new World(seed);
            var b = new RecordingEndpoint();
            var network = new SimulatedNetworkBuilder(world).With(A, new RecordingEndpoint()).With(B, b)
                .Build(NetworkProfile.Calm with { Connected = true });
            SendMany(network, 10);
            network.Break(A, B);
            network.Send(A, B, "new");
            world.RunFor(Duration.Second);
            var prefix = b.Numbers.Count;
            Assert.Equal(Enumerable.Range(0, prefix), b.Numbers);
            Assert.Contains("broken", b.Received);
            Assert.Contains("new", b.Received);
            Assert.True(b.Received.IndexOf("broken") >= prefix, $"seed {seed}");
            prefixes.Add(prefix);
        }

        Assert.Contains(0, prefixes);
        Assert.Contains(10, prefixes);
        Assert.True(prefixes.Count > 5);
    }

    [Fact]
    public void A_partition_separates_two_groups_and_mending_all_joins_them()
    {
        var network = Network(NetworkProfile.Calm);
        network.Partition([A], [B, C]);
        Assert.False(network.IsOpen(A, B));
        Assert.False(network.IsOpen(C, A));
        Assert.True(network.IsOpen(B, C));
        network.MendAll(new SortedSet<NodeId> { A, B });
        Assert.True(network.IsOpen(A, B));
        Assert.False(network.IsOpen(A, C));
        network.MendAll();
        Assert.True(network.IsOpen(A, C));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_sent_to_a_dead_process_never_reaches_the_next(bool announced)
    {
        var network = new SimulatedNetworkBuilder(_world).With(A, _a).Build(NetworkProfile.Calm with { Connected = true });
        var log = new List<string>();
        var node = ScriptedProgram.Node(_world, network, 2, log);
        node.Boot();
        network.Send(A, B, "to the first");
        Stop(node, announced);
        node.Boot();
        network.Send(A, B, "to the second");
        _world.RunFor(Duration.Second);
        Assert.Equal(["2:to the second"], log);
        Assert.Equal(announced, _a.Received.Contains("broken"));
    }

    private static void Stop(SimulatedNode node, bool announced)
    {
        if (announced)
        {
            node.Kill();
        }
        else
        {
            node.LosePower();
        }
    }

    private static void SendMany(SimulatedNetwork network, int count)
    {
        for (var number = 0; number < count; number++)
        {
            network.Send(A, B, number);
        }
    }

    private SimulatedNetwork Network(NetworkProfile profile) =>
        new SimulatedNetworkBuilder(_world).With(A, _a).With(B, _b).With(C, _c).Build(profile);
}
