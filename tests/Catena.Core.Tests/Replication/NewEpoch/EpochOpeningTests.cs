using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.NewEpoch;

/// <summary>How a new first member finds and takes over the longest log.</summary>
public sealed class EpochOpeningTests
{
    private static readonly Epoch Third = new(3);

    [Fact]
    public void What_an_earlier_life_acknowledged_does_not_replace_the_word_of_a_later_one()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.2", "1@1", incarnation: 2));
        primary.Hear(2, Given.Ack(3, "1.9", "1@1", incarnation: 1));
        Assert.Empty(primary.Hear(3, Given.Ack(3, "1.2", "1@1")).All<LogFetch>());
        Assert.Equal(ReplicaPhase.Bringing, primary.Replica.Phase);
    }

    [Fact]
    public void What_a_later_life_acknowledges_replaces_the_word_of_an_earlier_one()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.9", "1@1", incarnation: 1));
        primary.Hear(2, Given.Ack(3, "1.2", "1@1", incarnation: 2));
        Assert.Empty(primary.Hear(3, Given.Ack(3, "1.2", "1@1")).All<LogFetch>());
    }

    [Fact]
    public void What_parts_from_the_longest_log_is_cut_before_the_rest_is_fetched()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.4", "1@1"));
        Assert.Equal(Given.At("1.1"), primary.Hear(3, Given.Ack(3, "2.3", "1@1 2@2")).Only<LogFetch>(3).After);
        primary.Hear(3, Given.Suffix(3, "1.1", ["2.2 start", "2.3 b=1"], "2.3"));
        Assert.Equal(["1.1", "2.2", "2.3", "3.4"], primary.Log.Image.Entries.Select(entry => entry.Lsn.ToString()));
    }

    [Fact]
    public void Entries_are_taken_once_and_only_from_whom_they_were_fetched()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.2", "1@1"));
        primary.Hear(3, Given.Ack(3, "1.4", "1@1"));
        primary.Hear(2, Given.Suffix(3, "1.2", ["1.3 x=1"], "1.4"));
        Assert.Equal(Given.At("1.2"), primary.Log.Last);

        var part = Given.Suffix(3, "1.2", ["1.3 a=2"], "1.4");
        Assert.Equal(Given.At("1.3"), primary.Hear(3, part).Only<LogFetch>(3).After);
        Assert.True(primary.Hear(3, part).IsEmpty);
        Assert.Equal(Given.At("1.3"), primary.Log.Last);
    }

    [Fact]
    public void Entries_that_come_after_the_epoch_has_begun_are_not_taken()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.2", "1@1"));
        primary.Hear(3, Given.Ack(3, "1.3", "1@1"));
        primary.Hear(3, Given.Suffix(3, "1.2", ["1.3 a=2"], "1.3"));
        Assert.Equal(Given.At("3.4"), primary.Log.Last);
        primary.Hear(3, Given.Suffix(3, "3.4", ["3.5 x=1"], "3.5"));
        Assert.Equal(Given.At("3.4"), primary.Log.Last);
    }

    [Fact]
    public void A_first_member_without_space_fetches_again_until_it_has_it()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.2", "1@1"));
        primary.Hear(3, Given.Ack(3, "1.3", "1@1"));
        primary.Log.IsFull = true;
        var suffix = Given.Suffix(3, "1.2", ["1.3 a=2"], "1.3");
        Assert.True(primary.Hear(3, suffix).IsEmpty);
        Assert.Equal(ReplicaPhase.Adopting, primary.Replica.Phase);
        Assert.True(primary.Pass((primary.Options.Retransmit / 4) - 1).IsEmpty);
        Assert.Equal(Given.At("1.2"), primary.Pass(1).Only<LogFetch>(3).After);
        primary.Log.IsFull = false;
        primary.Hear(3, suffix);
        Assert.Equal(Given.At("3.4"), primary.Log.Last);
    }

    [Fact]
    public void The_own_log_is_kept_where_another_is_just_as_long()
    {
        var primary = Opening();
        primary.Hear(2, Given.Ack(3, "1.2", "1@1"));
        Assert.Empty(primary.Hear(3, Given.Ack(3, "1.2", "1@1")).All<LogFetch>());
        Assert.Equal(ReplicaPhase.Bringing, primary.Replica.Phase);
    }

    [Fact]
    public void Every_member_that_read_in_the_epoch_before_is_asked_to_acknowledge_this_one()
    {
        var head = new LoneReplica(1);
        head.Learn(Given.Of(ReplicationMode.ApportionedChain, 1, [1, 2, 3]));
        Assert.Equal([2, 3], head.Learn(Given.Of(ReplicationMode.ApportionedChain, 2, [1, 3])).Receivers);
    }

    /// <summary>The first of three members in epoch 3, whose own log ends with 1.2.</summary>
    private static LoneReplica Opening()
    {
        var primary = new LoneReplica(1, entries: ["1.1 start", "1.2 a=1"], committed: 1);
        primary.Learn(Given.Backups(3, [1, 2, 3]));
        Assert.Equal((ReplicaPhase.Opening, Third), (primary.Replica.Phase, primary.Replica.Epoch));
        return primary;
    }
}
