using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Flow;

/// <summary>What a replica sends to those whom it feeds, how much at once, and how often.</summary>
public sealed class FeederTests
{
    private static readonly Epoch First = new(1);
    private static readonly Configuration Pair = Given.Backups(1, [1, 2]);

    [Fact]
    public void An_acknowledgement_of_a_new_life_says_where_to_go_on()
    {
        var primary = Primary(Pair, entries: 3);
        var append = primary.Hear(2, Given.Through(1, 2, incarnation: 2)).Only<AppendEntries>(2);
        Assert.Equal((Given.At("1.2"), 2UL), (append.Previous, append.Incarnation));
    }

    [Fact]
    public void An_acknowledgement_of_a_new_life_that_has_nothing_yet_sends_nothing_twice()
    {
        var primary = Primary(Pair, entries: 3);
        var append = primary.Hear(2, Given.Through(1, 0, incarnation: 2)).Only<AppendEntries>(2);
        Assert.Equal((Given.At("1.4"), 2UL), (append.Previous, append.Incarnation));
        Assert.True(append.Frames.IsEmpty);
        Assert.True(primary.Work().IsEmpty);
    }

    [Fact]
    public void A_refusal_of_an_earlier_life_says_nothing()
    {
        var primary = Primary(Pair, entries: 3);
        primary.Hear(2, Given.Through(1, 0, incarnation: 2));
        Assert.True(primary.Hear(2, Given.Refusal(1, "0.0", incarnation: 1)).IsEmpty);
    }

    [Fact]
    public void A_refusal_of_a_new_life_says_what_that_has()
    {
        var primary = Primary(Pair, entries: 3);
        var append = primary.Hear(2, Given.Refusal(1, "0.0", incarnation: 2)).Only<AppendEntries>(2);
        Assert.Equal((Given.At("0.0"), 2UL), (append.Previous, append.Incarnation));
    }

    [Fact]
    public void A_refusal_of_one_that_has_acknowledged_nothing_says_what_it_has()
    {
        var primary = new LoneReplica(1, entries: ["1.1 start", "1.2 a=1", "1.3 a=2"], committed: 1);
        primary.Learn(Given.Backups(2, [1, 2]));
        Assert.Equal(Given.At("1.3"), primary.Hear(2, Given.Ack(2, "1.3", "1@1")).Only<AppendEntries>(2).Previous);
        Assert.Equal(Given.At("1.1"), primary.Hear(2, Given.Refusal(2, "1.1", "1@1")).Only<AppendEntries>(2).Previous);
    }

    [Fact]
    public void What_was_acknowledged_in_this_life_is_not_sent_again_whatever_is_refused()
    {
        var primary = Primary(Pair, entries: 3);
        Assert.Equal(Given.At("1.1"), primary.Hear(2, Given.Refusal(1, "0.0")).Only<AppendEntries>(2).Previous);
    }

    [Fact]
    public void A_follower_far_behind_gets_a_few_messages_at_once()
    {
        var primary = OneEntryAMessage();
        var appends = primary.Hear(4, Given.Ack(2, "0.0")).To<AppendEntries>(4);
        Assert.Equal([0, 1, 2, 3], appends.Select(append => append.Previous.Sequence));
        Assert.Equal([4], primary.Hear(4, Given.Through(2, 1)).To<AppendEntries>(4).Select(append => append.Previous.Sequence));
    }

    [Fact]
    public void After_a_refusal_one_message_goes_at_a_time_until_the_follower_moves_on()
    {
        var primary = OneEntryAMessage();
        primary.Hear(4, Given.Ack(2, "0.0"));
        primary.Hear(4, Given.Through(2, 1));
        Assert.Equal(Given.At("1.1"), primary.Hear(4, Given.Refusal(2, "1.1", "1@1")).Only<AppendEntries>(4).Previous);
        Assert.True(primary.Hear(4, Given.Through(2, 1)).IsEmpty);
        Assert.Equal(4, primary.Hear(4, Given.Through(2, 2)).To<AppendEntries>(4).Count);
    }

    [Fact]
    public void What_is_acknowledged_late_is_not_sent_again()
    {
        var primary = OneEntryAMessage();
        primary.Hear(4, Given.Ack(2, "0.0"));
        primary.Hear(4, Given.Through(2, 1));
        primary.Hear(4, Given.Refusal(2, "1.1", "1@1"));
        Assert.Equal(Given.At("1.4"), primary.Hear(4, Given.Through(2, 4)).To<AppendEntries>(4)[0].Previous);
    }

    [Fact]
    public void An_entry_that_cannot_be_read_is_neither_sent_nor_passed_over()
    {
        var primary = OneEntryAMessage();
        primary.Log.UnreadableFrom = 1;
        Assert.DoesNotContain(primary.Hear(4, Given.Ack(2, "0.0")).All<AppendEntries>(), append => !append.Frames.IsEmpty);
        primary.Log.UnreadableFrom = ulong.MaxValue;
        Assert.Equal(Given.At("0.0"), primary.Work().To<AppendEntries>(4)[0].Previous);
    }

    [Fact]
    public void Commits_are_told_once_and_again_only_where_no_word_comes_back()
    {
        var primary = Primary(Pair, entries: 0);
        Assert.Equal(1UL, primary.Pass(Given.Millisecond).Only<AppendEntries>(2).Committed);
        Assert.True(primary.Pass(Given.Millisecond).IsEmpty);
        Assert.Equal(1UL, primary.Pass(primary.Options.Retransmit).Only<AppendEntries>(2).Committed);
        primary.Hear(2, Given.Through(1, 1, committed: 1));
        Assert.True(primary.Pass(2 * primary.Options.Retransmit).IsEmpty);
    }

    [Fact]
    public void Commits_are_not_told_apart_from_entries_that_are_under_way()
    {
        var primary = Primary(Given.Backups(1, [1, 2], 4), entries: 0);
        primary.Unsteady.Add(4);
        primary.Hear(4, Given.Ack(1, "1.1", "1@1"));
        primary.Hear(4, Given.Through(1, 1, committed: 1));
        primary.Propose("a=1");
        primary.Hear(2, Given.Through(1, 2, committed: 1));
        Assert.Equal(2UL, primary.Replica.Committed);
        Assert.Equal([2], primary.Pass(Given.Millisecond).Receivers);
    }

    [Fact]
    public void An_idle_chain_in_which_all_know_all_is_silent()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2, 3]));
        head.Propose("a=1");
        head.Hear(2, Given.Through(1, 2, committed: 2));
        head.Work();
        for (var passed = 0; passed < 10; passed++)
        {
            Assert.True(head.Pass(head.Options.Retransmit).IsEmpty);
        }
    }

    [Fact]
    public void What_is_stable_in_front_is_said_again_where_it_seems_lost()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2, 3]));
        head.Propose("a=1");
        head.Hear(2, Given.Through(1, 2, all: 1, committed: 1));
        Assert.True(head.Pass(head.Options.Retransmit - 1).IsEmpty);
        Assert.Equal(2UL, head.Pass(1).Only<AppendEntries>(2).Passed);
    }

    [Fact]
    public void Who_counts_is_said_again_where_it_seems_lost()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2], 4));
        head.Hear(2, new StandingTold(First, new NodeId(4), ReplicaStanding.CaughtUp));
        Assert.Equal(1UL, head.Work().Only<AppendEntries>(2).Counting.Number);
        head.Hear(2, Given.Through(1, 1, committed: 1));
        Assert.Equal(1UL, head.Pass(head.Options.Retransmit).Only<AppendEntries>(2).Counting.Number);
        head.Hear(2, Given.Through(1, 1, committed: 1, counted: 1));
        Assert.Empty(head.Pass(head.Options.Retransmit).All<AppendEntries>());
    }

    [Fact]
    public void A_member_of_a_chain_asks_the_next_only_once_it_has_the_start_of_the_epoch()
    {
        var middle = LoneReplica.Following(2, Given.Chain(2, [1, 2, 3]), entries: ["1.1 start", "1.2 a=1"]);
        Assert.True(middle.Work().IsEmpty);
        Assert.True(middle.Hear(1, Given.Append(2, "1.1", ["1.2 a=1"])).To<AppendEntries>(3) is []);
        Assert.Equal(Given.At("2.3"), middle.Hear(1, Given.Append(2, "1.2", ["2.3 start"])).Only<AppendEntries>(3).Previous);
    }

    [Fact]
    public void Until_the_next_has_answered_it_gets_one_message_at_a_time()
    {
        var middle = LoneReplica.Following(2, Given.Chain(1, [1, 2, 3]), options => options with { MaxBatchBytes = 1 });
        middle.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        Assert.Single(middle.Hear(1, Given.Append(1, "1.1", ["1.2 a=1", "1.3 a=2", "1.4 a=3"])).To<AppendEntries>(3), append => !append.Frames.IsEmpty);
    }

    [Fact]
    public void The_tail_says_that_a_learner_counts_once_that_has_caught_up_in_its_present_life()
    {
        var tail = LoneReplica.Following(2, Given.Chain(1, [1, 2], 4, 5));
        tail.Hear(1, Given.Append(1, "0.0", ["1.1 start"], passed: 1));
        tail.Hear(4, Given.Ack(1, "0.0"));
        tail.Hear(5, Given.Ack(1, "0.0"));
        tail.Hear(5, Given.Through(1, 1));
        var counting = new Counting(1, new NodeId(4));
        Assert.Empty(tail.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1, counting)).To<AppendAck>(1));
        Assert.Equal(1UL, Counted(tail.Hear(4, Given.Through(1, 1))));
        tail.Hear(4, Given.Ack(1, "0.0", incarnation: 2));
        Assert.Equal(0UL, Counted(tail.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1, counting))));
    }

    [Fact]
    public void A_member_whose_log_cannot_be_continued_is_dropped_and_gets_nothing()
    {
        var primary = new LoneReplica(1, entries: ["1.1 start", "1.2 a=1", "1.3 a=2"], committed: 3);
        primary.Log.TrimThrough(2);
        primary.Learn(Given.Backups(2, [1, 2, 3]));
        primary.Hear(2, Given.Ack(2, "1.3", "1@1"));
        Assert.Equal([2], primary.Hear(3, Given.Ack(2, "0.0")).Receivers);
        Assert.Equal([new NodeId(1), new NodeId(2)], primary.Proposal!.Members);
        primary.Pass(primary.Options.Retransmit);
        Assert.DoesNotContain(primary.Events, happened => happened.Kind == ReplicaEventKind.CatchUpStarted);
    }

    [Fact]
    public void A_learner_that_has_acknowledged_begins_anew_in_another_epoch_where_what_it_lacks_is_damaged()
    {
        var primary = OneEntryAMessage();
        primary.Hear(4, Given.Ack(2, "0.0"));
        primary.Log.LoseThrough(6);
        var sent = primary.Hear(4, Given.Through(2, 4));
        Assert.Empty(sent.All<SnapshotChunk>());
        Assert.Equal(new Epoch(3), primary.Proposal!.Epoch);
        Assert.Equal([new NodeId(4)], primary.Proposal.Learners);
    }

    [Fact]
    public void What_a_follower_may_lack_stays_readable_until_it_has_it()
    {
        var primary = OneEntryAMessage();
        primary.Hear(4, Given.Ack(2, "1.2", "1@1"));
        primary.Log.TrimThrough(8);
        Assert.Equal(1UL, primary.Log.FirstReadable);
        primary.Hear(4, Given.Through(2, 5));
        primary.Pass(Given.Millisecond);
        primary.Log.TrimThrough(8);
        Assert.Equal(6UL, primary.Log.FirstReadable);
    }

    private static ulong Counted(Sent sent) => sent.To<AppendAck>(1)[^1].Counted;

    /// <summary>A first member that serves and has some entries under way to all whom it feeds.</summary>
    private static LoneReplica Primary(Configuration configuration, int entries)
    {
        var primary = LoneReplica.Serving(configuration);
        for (var entry = 0; entry < entries; entry++)
        {
            primary.Propose($"a={entry}");
        }

        return primary;
    }

    /// <summary>The only member, in epoch 2 with learner 4, with nine entries of which each fills a message.</summary>
    private static LoneReplica OneEntryAMessage()
    {
        var primary = new LoneReplica(
            1,
            options => options with { MinInSync = 1, MaxBatchBytes = 1 },
            ["1.1 start", "1.2 a=1", "1.3 a=2", "1.4 a=3", "1.5 a=4", "1.6 a=5", "1.7 a=6", "1.8 a=7"],
            committed: 8);
        primary.Learn(Given.Backups(2, [1], 4));
        Assert.Equal(ReplicaPhase.Serving, primary.Replica.Phase);
        return primary;
    }
}
