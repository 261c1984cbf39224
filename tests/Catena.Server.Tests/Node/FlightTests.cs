using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Catena.Server.Tests.Chains;

namespace Catena.Server.Tests.Node;

/// <summary>Entries that are held back while earlier ones are under way.</summary>
public sealed class FlightTests
{
    private const long Limit = 2 * MemoryCluster.Millisecond;

    [Fact]
    public void What_is_decided_while_entries_are_under_way_goes_together_when_they_have_come_in()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        for (var number = 1; number < 4; number++)
        {
            Put(cluster, number);
        }

        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Work();
        Assert.Equal([(2, 1), (2, 3), (3, 1), (3, 3)], MemoryMessage.Appends(cluster.Delivered));
        Assert.Equal(["Ok", "Ok", "Ok", "Ok"], Enumerable.Range(0, 4).Select(number => cluster.Result(number)));
    }

    [Fact]
    public void It_goes_when_all_have_acknowledged_and_not_before()
    {
        using var cluster = NewCluster();
        cluster.Holds = message => message is { From.Value: 3, Content: AppendAck };
        Put(cluster, 0);
        Put(cluster, 1);
        cluster.Work();
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.Delivered));
        cluster.Release();
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.Delivered));
        Assert.Equal("Ok", cluster.Result(1));
    }

    /// <summary>One that is slow to acknowledge does not stop the others for longer than that.</summary>
    [Fact]
    public void Nothing_is_held_back_for_longer_than_the_limit()
    {
        using var cluster = NewCluster();
        cluster.Cuts = message => message.From.Value == 3;
        Put(cluster, 0);
        Put(cluster, 1);
        cluster.Now += Limit - 1;
        Turn(cluster);
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Now++;
        Turn(cluster);
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    /// <summary>It may be another thread's, which departs between two looks.</summary>
    [Fact]
    public void What_a_turn_was_given_is_seen_to_though_a_flight_departs_meanwhile()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        cluster.Node(1).HoldOnce(0);
        Put(cluster, 1);
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    /// <summary>A member that is gone, or a copy that cannot go on.</summary>
    [Fact]
    public void What_never_comes_in_holds_others_back_for_a_while_only()
    {
        using var cluster = NewCluster();
        cluster.Cuts = message => message.From.Value == 3;
        Put(cluster, 0);
        cluster.Now += 10 * Limit;
        Put(cluster, 1);
        Put(cluster, 2);
        Assert.Equal([(2, 1), (2, 1), (2, 1), (3, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Cuts = _ => false;
        cluster.Work();

        // Once all have come in, flights are made again.
        cluster.Pass(100);
        cluster.Delivered.Clear();
        Put(cluster, 3);
        Put(cluster, 4);
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    [Fact]
    public void Where_a_flight_comes_in_outside_of_a_turn_one_is_asked_for()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        cluster.Node(1).Flush();
        Put(cluster, 1);
        Assert.False(cluster.Node(1).Grew);
        IPartitionPorts ports = cluster.Core(1);
        cluster.Core(1).BeginTurn();
        ports.CameIn();
        Assert.False(cluster.Node(1).Grew);
        cluster.Core(1).EndTurn();
        ports.CameIn();
        Assert.True(cluster.Node(1).Grew);
    }

    /// <summary>Nothing is under way that would come in and release it.</summary>
    [Fact]
    public void What_is_held_back_for_clients_alone_wants_another_turn()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 2);
        Assert.False(cluster.Core(1).OwesTurn);
        Put(cluster, 0);
        Assert.True(cluster.Core(1).OwesTurn);
        cluster.Now += MemoryCluster.Millisecond;
        Turn(cluster);
        Assert.False(cluster.Core(1).OwesTurn);
        Put(cluster, 1);
        Assert.False(cluster.Core(1).OwesTurn, "what is under way will come in");
    }

    [Fact]
    public void A_tick_sends_what_nothing_else_comes_for()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        Put(cluster, 1);
        cluster.Now += Limit;
        cluster.Core(1).Tick();
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    [Fact]
    public void So_many_that_they_are_worth_a_flight_of_their_own_are_not_held_back()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        for (var number = 1; number < Flight.Enough; number++)
        {
            Put(cluster, number);
        }

        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        Put(cluster, Flight.Enough);
        Assert.Equal([(2, 1), (2, Flight.Enough), (3, 1), (3, Flight.Enough)], MemoryMessage.Appends(cluster.UnderWay));
    }

    /// <summary>The journal is flushed for the other node anyhow.</summary>
    [Fact]
    public void What_another_node_waits_for_takes_along_what_was_held_back()
    {
        using var cluster = NewCluster();
        Put(cluster, 0);
        Put(cluster, 1);
        var core = cluster.Core(1);
        core.BeginTurn();
        HearOfEntries(core);
        core.EndTurn();
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    [Fact]
    public void Nothing_is_held_back_where_nothing_would_be_gained()
    {
        using var cluster = NewCluster();
        cluster.Node(1).HoldLimit = 0;
        Put(cluster, 0);
        Put(cluster, 1);
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    /// <summary>The first member of a chain sends to the second alone, and hears of it from the last.</summary>
    [Fact]
    public void A_chain_is_fed_by_flights_too()
    {
        using var cluster = NewCluster(ReplicationMode.Chain);
        Put(cluster, 0);
        Put(cluster, 1);
        Put(cluster, 2);
        Assert.Equal([(2, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Work();
        Assert.Equal([(2, 1), (2, 2)], MemoryMessage.Appends(cluster.Delivered));
        Assert.Equal("Ok", cluster.Result(2));
    }

    [Fact]
    public void As_many_as_were_answered_are_awaited_before_the_next_flight()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 2);
        var core = cluster.Core(1);
        core.BeginTurn();
        Assert.False(core.IsGathering, "nobody has asked yet");
        core.NoteAsked();
        Assert.True(core.IsGathering, "one of two has asked again");
        core.NoteAsked();
        Assert.False(core.IsGathering, "both have");
        core.EndTurn();
    }

    [Fact]
    public void They_are_awaited_for_less_than_a_flight_takes()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 2);
        var core = cluster.Core(1);
        core.NoteAsked();
        Assert.True(core.IsGathering);
        cluster.Now += MemoryCluster.Millisecond;
        Assert.False(core.IsGathering);
    }

    [Fact]
    public void One_client_alone_waits_for_nobody()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 1);
        cluster.Core(1).NoteAsked();
        Assert.False(cluster.Core(1).IsGathering);
    }

    [Fact]
    public void A_thread_that_does_not_look_for_them_awaits_nobody()
    {
        using var cluster = NewCluster();
        FlyOften(cluster, clients: 2);
        cluster.Core(1).NoteAsked();
        Assert.False(cluster.Core(1).IsGathering);
    }

    [Fact]
    public void Where_another_node_waits_clients_are_not_awaited()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 2);
        var core = cluster.Core(1);
        core.BeginTurn();
        core.NoteAsked();
        Assert.True(core.IsGathering);
        HearOfEntries(core);
        Assert.False(core.IsGathering);
        core.EndTurn();
    }

    /// <summary>Those who ask when it suits them are awaited in vain, and that is noticed.</summary>
    [Fact]
    public void Where_they_do_not_come_the_next_flights_go_at_once()
    {
        using var cluster = NewCluster(gathers: true);
        FlyOften(cluster, clients: 2);
        var waits = new List<bool>();
        for (var number = 0; number < 32; number++)
        {
            waits.Add(Ask(cluster, 1000 + number));
            cluster.Now += Limit;
            Turn(cluster);
            Fly(cluster);

            // Another's, so that two are expected again.
            Together(cluster, 2000 + (10 * number), 2);
            Fly(cluster);
        }

        Assert.Contains(true, waits);
        Assert.True(waits.Count(waited => waited) < waits.Count / 4, string.Join(", ", waits));
    }

    private static MemoryCluster NewCluster(ReplicationMode mode = ReplicationMode.PrimaryBackup, bool gathers = false)
    {
        var cluster = new MemoryCluster(mode);
        cluster.Node(1).HoldLimit = Limit;
        cluster.Node(1).GathersHere = gathers;
        cluster.DeliversInTurns = true;
        cluster.Delivered.Clear();
        return cluster;
    }

    /// <summary>Flights of a millisecond, each with as many writes, until it is known how long they take.</summary>
    private static void FlyOften(MemoryCluster cluster, int clients)
    {
        for (var flight = 0; flight < 32; flight++)
        {
            Together(cluster, 10_000 + (100 * flight), clients);
            Fly(cluster);
        }
    }

    /// <summary>Has some ask in one turn.</summary>
    private static void Together(MemoryCluster cluster, int from, int clients)
    {
        var core = cluster.Core(1);
        core.BeginTurn();
        for (var number = 0; number < clients; number++)
        {
            core.NoteAsked();
            cluster.Put(1, $"key {from + number}", "value", tag: from + number);
        }

        core.EndTurn();
    }

    private static void Fly(MemoryCluster cluster)
    {
        cluster.Now += MemoryCluster.Millisecond;
        cluster.Work();
    }

    private static void Put(MemoryCluster cluster, int number) => Together(cluster, number, 1);

    /// <returns>Whether others were awaited.</returns>
    private static bool Ask(MemoryCluster cluster, int number)
    {
        var core = cluster.Core(1);
        core.BeginTurn();
        core.NoteAsked();
        cluster.Put(1, $"key {number}", "value", tag: number);
        var waits = core.IsGathering;
        core.EndTurn();
        return waits;
    }

    /// <summary>Another node sends entries, if only of an epoch that is over.</summary>
    private static void HearOfEntries(NodeCore core) =>
        core.Receive(new NodeId(2), new PartitionId(0), new AppendEntries(new Epoch(0), core.Incarnation, Lsn.Zero, 0, 0, default, ReadOnlyMemory<byte>.Empty));

    private static void Turn(MemoryCluster cluster)
    {
        cluster.Core(1).BeginTurn();
        cluster.Core(1).EndTurn();
    }
}
