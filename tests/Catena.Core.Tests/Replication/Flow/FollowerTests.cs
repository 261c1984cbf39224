using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Flow;

/// <summary>What a replica that is fed takes, and what it acknowledges when.</summary>
public sealed class FollowerTests
{
    private static readonly Configuration Backups = Given.Backups(1, [1, 2, 3]);

    [Fact]
    public void Nothing_is_acknowledged_before_anything_has_come()
    {
        var backup = new LoneReplica(2);
        Assert.Empty(backup.Hear(1, new EpochOpen(Backups, [])).All<AppendAck>());
        Assert.True(backup.Work().IsEmpty);
    }

    [Fact]
    public void Entries_from_anybody_but_the_feeder_are_not_taken()
    {
        var backup = LoneReplica.Following(2, Backups);
        Assert.True(backup.Hear(3, Given.Append(1, "0.0", ["1.1 start"])).IsEmpty);
        Assert.Equal(Lsn.Zero, backup.Log.Last);
    }

    [Fact]
    public void Entries_that_come_twice_before_they_are_looked_at_are_acknowledged_again()
    {
        var backup = LoneReplica.Following(2, Backups);
        var append = Given.Append(1, "0.0", ["1.1 start"]);
        backup.Hear(1, append);
        Assert.Equal(1UL, backup.Hear(1, append, append).Only<AppendAck>(1).Through);
    }

    [Fact]
    public void In_a_settled_chain_what_comes_again_is_acknowledged_again()
    {
        var middle = SettledMiddle();
        Assert.Equal((1UL, 1UL), Marks(middle.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1)).Only<AppendAck>(1)));
    }

    [Fact]
    public void In_a_settled_chain_what_is_new_is_acknowledged_only_with_what_is_behind()
    {
        var middle = SettledMiddle();
        var counting = new Counting(1, new NodeId(4));
        Assert.Equal([3], middle.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1, counting)).Receivers);
        Assert.Equal([3], middle.Hear(1, Given.Append(1, "1.1", ["1.2 a=1"], committed: 1, passed: 2, counting)).Receivers);
        var ack = middle.Hear(3, Given.Through(1, 2, committed: 2, counted: 1)).Only<AppendAck>(1);
        Assert.Equal((2UL, 2UL, 1UL), (ack.AllThrough, ack.Committed, ack.Counted));
    }

    [Fact]
    public void The_entry_after_which_a_log_begins_keeps_its_epoch()
    {
        // Older steps of the lineage are not kept for ever.
        var backup = new LoneReplica(2);
        backup.Log.Load(MemoryImage.Empty with { Base = Given.At("1.5") });
        backup.Hear(1, new EpochOpen(Given.Backups(2, [1, 2]), []));
        Assert.Empty(backup.Hear(1, Given.Append(2, "1.5", ["2.6 start"])).All<AppendRefused>());
        Assert.Equal(Given.At("2.6"), backup.Log.Last);
    }

    [Fact]
    public void The_first_member_alone_fetches_and_gets_what_is_there()
    {
        var backup = new LoneReplica(2, entries: ["1.1 start", "1.2 a=1", "1.3 a=2"], committed: 1);
        backup.Log.TrimThrough(1);
        backup.Hear(1, new EpochOpen(Given.Backups(2, [1, 2, 3]), []));
        Assert.True(backup.Hear(3, new LogFetch(new Epoch(2), Given.At("1.1"))).IsEmpty);

        var suffix = backup.Hear(1, new LogFetch(new Epoch(2), Given.At("1.1"))).Only<LogSuffix>(1);
        Assert.Equal("LogSuffix 2: after 1.1, [1.2 a=1, 1.3 a=2] of 1.3", MessageText.Of(suffix));
        suffix = backup.Hear(1, new LogFetch(new Epoch(2), Given.At("1.3"))).Only<LogSuffix>(1);
        Assert.Equal("LogSuffix 2: after 1.3, [] of 1.3", MessageText.Of(suffix));
    }

    [Fact]
    public void An_entry_that_cannot_be_read_is_not_left_out_of_what_was_fetched()
    {
        var backup = new LoneReplica(2, entries: ["1.1 start", "1.2 a=1", "1.3 a=2"], committed: 1);
        backup.Hear(1, new EpochOpen(Given.Backups(2, [1, 2, 3]), []));
        backup.Log.UnreadableFrom = 2;
        Assert.True(backup.Hear(1, new LogFetch(new Epoch(2), Given.At("1.1"))).IsEmpty);
    }

    [Fact]
    public void A_restarted_follower_says_where_it_stands_until_it_is_fed()
    {
        var backup = LoneReplica.Following(2, Backups);
        backup.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        Assert.Equal(2UL, backup.Restart().Only<EpochAck>(1).Incarnation);
        backup.Pass(backup.Options.Retransmit);
        for (var time = 0; time < 3; time++)
        {
            Assert.True(backup.Pass(backup.Options.Retransmit - 1).IsEmpty);
            Assert.Equal(Given.At("1.1"), backup.Pass(1).Only<EpochAck>(1).Last);
        }

        backup.Hear(1, new AppendEntries(new Epoch(1), 2, Given.At("1.1"), 1, 1, default, default));
        Assert.True(backup.Pass(backup.Options.Retransmit).IsEmpty);
    }

    [Fact]
    public void One_that_goes_on_in_its_first_life_has_no_need_to_say_so()
    {
        var backup = LoneReplica.Following(2, Backups);
        Assert.True(backup.Pass(backup.Options.Retransmit).IsEmpty);
    }

    [Fact]
    public void A_log_that_is_proven_once_is_not_in_doubt_in_the_next_life()
    {
        var backup = LoneReplica.Following(2, Backups);
        backup.Hear(1, Given.Append(1, "0.0", ["1.1 start", "1.2 a=1"]));
        backup.Log.LoseTail(1);
        backup.Restart();
        Assert.True(backup.Replica.Status.IsSuspect);
        backup.Hear(1, new AppendEntries(new Epoch(1), 2, Given.At("1.1"), 1, 1, default, Given.Frames(["1.2 a=1"])));
        Assert.False(backup.Replica.Status.IsSuspect);
        backup.Restart();
        Assert.False(backup.Replica.Status.IsSuspect);
    }

    private static (ulong Through, ulong All) Marks(AppendAck ack) => (ack.Through, ack.AllThrough);

    /// <summary>The second of three members of a chain in which all hold the first entry and know that it is committed.</summary>
    private static LoneReplica SettledMiddle()
    {
        var middle = LoneReplica.Following(2, Given.Chain(1, [1, 2, 3], 4));
        middle.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        middle.Hear(1, Given.Append(1, "1.1", [], passed: 1));
        middle.Hear(3, Given.Through(1, 0));
        middle.Hear(3, Given.Through(1, 1, committed: 1));
        Assert.Equal(1UL, middle.Replica.Committed);
        return middle;
    }
}
