using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Tests.Chains;

namespace Catena.Server.Tests.Node;

public sealed class TurnTests
{
    [Fact]
    public void What_a_partition_is_given_in_a_turn_goes_out_together_at_its_end()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        core.BeginTurn();
        for (var number = 0; number < 3; number++)
        {
            cluster.Put(1, $"key {number}", "value", tag: number);
        }

        Assert.Empty(MemoryMessage.Appends(cluster.UnderWay));
        core.EndTurn();
        Assert.Equal([(2, 3), (3, 3)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Work();
        Assert.Equal(["Ok", "Ok", "Ok"], Enumerable.Range(0, 3).Select(number => cluster.Result(number)));
    }

    [Fact]
    public void What_is_settled_in_the_midst_of_a_turn_goes_out_before_its_end()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        core.BeginTurn();
        cluster.Put(1, "key", "first", tag: 1);
        core.BeginTurn();
        core.SettleTurn();
        Assert.Empty(MemoryMessage.Appends(cluster.UnderWay));
        core.EndTurn();
        core.SettleTurn();
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Put(1, "key", "second", tag: 2);
        core.EndTurn();
        Assert.Equal([(2, 1), (2, 1), (3, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Work();
        Assert.Equal(("Ok", "Ok"), (cluster.Result(1), cluster.Result(2)));
    }

    [Fact]
    public void A_turn_within_a_turn_ends_with_the_outer_one()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        core.BeginTurn();
        core.BeginTurn();
        cluster.Put(1, "key", "value", tag: 1);
        core.EndTurn();
        Assert.Empty(MemoryMessage.Appends(cluster.UnderWay));
        core.EndTurn();
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    [Fact]
    public void Outside_of_a_turn_everything_goes_out_at_once()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Core(1).BeginTurn();
        cluster.Core(1).EndTurn();
        cluster.Put(1, "key", "value", tag: 1);
        Assert.Equal([(2, 1), (3, 1)], MemoryMessage.Appends(cluster.UnderWay));
    }

    /// <summary>What comes while the flusher waits for the disk goes with what follows from its flush, and only what has to.</summary>
    [Fact]
    public void What_grows_while_the_flusher_is_at_work_is_left_to_its_turn()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        cluster.Put(1, "there", "value", tag: 1);
        cluster.Work();
        cluster.Node(1).IsFlusherAtWork = true;
        for (var turn = 0; turn < 3; turn++)
        {
            core.BeginTurn();
            cluster.Put(1, $"key {turn}", "value", tag: 10 + turn);
            core.EndTurn();
        }

        Assert.Empty(MemoryMessage.Appends(cluster.UnderWay));

        // The flusher's own turn, before it flushes.
        cluster.Node(1).IsFlusherAtWork = false;
        core.BeginTurn();
        core.EndTurn();
        Assert.Equal([(2, 3), (3, 3)], MemoryMessage.Appends(cluster.UnderWay));
        cluster.Work();
        Assert.Equal(["Ok", "Ok", "Ok"], Enumerable.Range(10, 3).Select(number => cluster.Result(number)));
    }

    [Fact]
    public void A_flush_sees_to_what_was_left_even_if_no_turn_came_before_it()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        cluster.Node(1).IsFlusherAtWork = true;
        core.BeginTurn();
        cluster.Put(1, "key", "value", tag: 1);
        core.EndTurn();
        Assert.Empty(MemoryMessage.Appends(cluster.UnderWay));
        cluster.Node(1).IsFlusherAtWork = false;
        cluster.Work();
        Assert.Equal("Ok", cluster.Result(1));
    }

    [Fact]
    public void What_appended_nothing_is_not_left()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        cluster.Put(1, "there", "value", tag: 1);
        cluster.Work();
        cluster.Node(1).IsFlusherAtWork = true;
        core.BeginTurn();
        cluster.Put(1, "there", "other", tag: 2, flags: Catena.Core.Data.CommandFlags.IfAbsent);
        core.EndTurn();
        Assert.Equal("Nil", cluster.Result(2));
    }

    [Fact]
    public void A_write_of_a_turn_is_seen_by_what_follows_in_it()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        var core = cluster.Core(1);
        core.BeginTurn();
        cluster.Put(1, "key", "first", tag: 1, flags: Catena.Core.Data.CommandFlags.IfAbsent);
        cluster.Put(1, "key", "second", tag: 2, flags: Catena.Core.Data.CommandFlags.IfAbsent);
        core.EndTurn();
        cluster.Work();
        Assert.Equal(("Ok", "Nil"), (cluster.Result(1), cluster.Result(2)));
    }

    [Fact]
    public void A_partition_is_quiet_once_everybody_knows_everything()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Pass(100);
        Assert.Equal([true, true, true], [cluster.Host(1).IsQuiet, cluster.Host(2).IsQuiet, cluster.Host(3).IsQuiet]);
        cluster.Put(1, "key", "value", tag: 1);
        Assert.False(cluster.Host(1).IsQuiet);
        cluster.Work();
        Assert.Equal("Ok", cluster.Result(1));

        // Acknowledged, and the others have not heard that it is committed.
        Assert.False(cluster.Host(1).IsQuiet);
        cluster.Pass(100);
        Assert.True(cluster.Host(1).IsQuiet);
        Assert.Equal(cluster.Host(1).Status.Committed, cluster.Host(2).Status.Committed);
    }

    [Fact]
    public void A_quiet_partition_notices_a_silent_member_all_the_same()
    {
        using var cluster = new MemoryCluster(ReplicationMode.PrimaryBackup);
        cluster.Pass(100);
        cluster.Cuts = message => message.To.Value == 3 || message.From.Value == 3;
        cluster.Pass(1_500);
        Assert.Equal([new NodeId(1), new NodeId(2)], cluster.Configuration.Members);
    }
}
