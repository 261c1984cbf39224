using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Reads;

/// <summary>A replica asks the reader how far the log is committed, and answers where it is the reader.</summary>
public sealed class PositionDeskTests
{
    private static readonly Epoch First = new(1);

    [Fact]
    public void An_answer_counts_once_what_it_names_is_applied()
    {
        var backup = Backup();
        var number = backup.Replica.AskPosition(backup.Now);
        var ask = backup.Work().Only<PositionAsk>(1);
        Assert.Equal(new PositionAsk(First, number, 1), ask);
        backup.Hear(1, new PositionTold(First, number, 2, 1));
        Assert.Equal(0UL, backup.Replica.PositionKnown);
        backup.Hear(1, Given.Append(1, "1.1", ["1.2 a=1"], committed: 2, passed: 2));
        Assert.Equal(number, backup.Replica.PositionKnown);
    }

    [Fact]
    public void What_is_known_is_as_old_as_the_question()
    {
        var backup = Backup();
        backup.Replica.AskPosition(backup.Now);
        var askedAt = backup.Now;
        var ask = backup.Work().Only<PositionAsk>(1);
        backup.Pass(Given.Millisecond);
        backup.Hear(1, new PositionTold(First, ask.Number, 2, 1));
        Assert.Equal(0, backup.Replica.CurrentAt);
        backup.Hear(1, Given.Append(1, "1.1", ["1.2 a=1"], committed: 2, passed: 2));
        Assert.Equal(askedAt, backup.Replica.CurrentAt);
    }

    [Fact]
    public void Only_the_readers_answer_to_the_open_question_of_this_life_counts()
    {
        var backup = Backup();
        var number = backup.Replica.AskPosition(backup.Now);
        backup.Work();
        backup.Hear(3, new PositionTold(First, number, 1, 1));
        backup.Hear(1, new PositionTold(First, number, 1, 2));
        backup.Hear(1, new PositionTold(First, number + 1, 1, 1));
        Assert.Equal(0UL, backup.Replica.PositionKnown);
        backup.Hear(1, new PositionTold(First, number, 1, 1));
        Assert.Equal(number, backup.Replica.PositionKnown);
    }

    [Fact]
    public void An_answer_that_comes_again_says_nothing_about_a_later_question()
    {
        var backup = Backup();
        var first = backup.Replica.AskPosition(backup.Now);
        backup.Work();
        backup.Hear(1, new PositionTold(First, first, 1, 1));
        backup.Pass(Given.Millisecond);
        backup.Hear(1, new PositionTold(First, first, 1, 1));
        var second = backup.Replica.AskPosition(backup.Now);
        Assert.Equal(second, backup.Work().Only<PositionAsk>(1).Number);
        backup.Hear(1, new PositionTold(First, first, 1, 1));
        Assert.Equal(first, backup.Replica.PositionKnown);
    }

    [Fact]
    public void An_answer_tells_the_head_of_a_chain_what_is_committed()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2, 3]));
        head.Propose("a=1");
        head.Replica.AskPosition(head.Now);
        var ask = head.Work().Only<PositionAsk>(3);
        Assert.Equal(1UL, head.Replica.Committed);
        head.Hear(3, new PositionTold(First, ask.Number, 2, 1));
        Assert.Equal(2UL, head.Replica.Committed);
    }

    [Fact]
    public void An_answer_tells_the_head_so_before_it_knows_that_all_hold_the_start_entry()
    {
        var head = new LoneReplica(1);
        head.Learn(Given.Chain(1, [1, 2]));
        head.Hear(2, Given.Ack(1, "0.0"));
        head.Replica.AskPosition(head.Now);
        var ask = head.Work().Only<PositionAsk>(2);
        head.Hear(2, new PositionTold(First, ask.Number, 1, 1));
        Assert.Equal(1UL, head.Replica.Committed);
    }

    [Fact]
    public void A_question_without_an_answer_is_put_again_after_a_while_and_not_before()
    {
        var backup = Backup();
        backup.Replica.AskPosition(backup.Now);
        backup.Work();
        var patience = backup.Options.Retransmit / 4;
        Assert.True(backup.Pass(patience - 1).IsEmpty);
        var again = backup.Pass(1).Only<PositionAsk>(1);
        Assert.True(backup.Pass(patience - 1).IsEmpty);
        backup.Hear(1, new PositionTold(First, again.Number, 1, 1));
        Assert.True(backup.Pass(patience).IsEmpty);
    }

    [Fact]
    public void A_question_that_is_open_when_the_epoch_ends_goes_to_the_reader_of_the_next()
    {
        var backup = Backup();
        var number = backup.Replica.AskPosition(backup.Now);
        backup.Work();
        var sent = backup.Hear(3, new EpochOpen(Given.Backups(2, [3, 2]), []));
        var again = sent.Only<PositionAsk>(3);
        Assert.Equal(new Epoch(2), again.Epoch);
        Assert.True(again.Number > number);
        backup.Hear(3, new PositionTold(new Epoch(2), again.Number, 0, 1));
        Assert.Equal(again.Number, backup.Replica.PositionKnown);
    }

    [Fact]
    public void Questions_pause_while_many_answers_are_not_applied_and_go_on_whether_anybody_looks_or_not()
    {
        var backup = Backup();
        backup.IsHostSlow = true;
        var answered = 0;
        while (Ask(backup) is { } ask)
        {
            backup.Hear(1, new PositionTold(First, ask.Number, 2, 1));
            answered++;
            Assert.InRange(answered, 1, 16);
        }

        Assert.Equal(16, answered);
        backup.IsHostSlow = false;
        backup.Hear(1, Given.Append(1, "1.1", ["1.2 a=1"], committed: 2, passed: 2));
        Assert.NotNull(Ask(backup) ?? Ask(backup));
    }

    [Fact]
    public void The_reader_says_what_it_has_applied_until_its_lease_ends()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2]));
        primary.Replica.LeaseGranted(new NodeId(2), First, primary.Now, primary.Now);
        Assert.Equal(new PositionTold(First, 5, 1, 3), primary.Hear(2, new PositionAsk(First, 5, 3)).Only<PositionTold>(2));
        Assert.False(primary.WantsLease);

        primary.Pass(primary.Options.Lease);
        var sent = primary.Hear(2, new PositionAsk(First, 6, 3));
        Assert.Empty(sent.All<PositionTold>());
        Assert.True(primary.WantsLease);
        primary.Work();
        Assert.False(primary.WantsLease);
    }

    [Fact]
    public void Nobody_but_the_reader_answers()
    {
        var backup = Backup();
        Assert.True(backup.Hear(3, new PositionAsk(First, 5, 1)).IsEmpty);
        Assert.False(backup.WantsLease);
    }

    [Fact]
    public void A_reader_that_does_not_know_that_all_hold_the_start_entry_answers_nothing()
    {
        var primary = new LoneReplica(1);
        primary.Learn(Given.Backups(1, [1, 2]));
        primary.Hear(2, Given.Ack(1, "0.0"));
        Assert.Empty(primary.Hear(2, new PositionAsk(First, 5, 1)).All<PositionTold>());
        Assert.False(primary.WantsLease);
    }

    [Fact]
    public void A_reader_with_too_few_members_for_writes_answers_what_it_has()
    {
        var alone = new LoneReplica(1);
        alone.Learn(Given.Backups(1, [1], 4));
        Assert.Equal(0UL, alone.Hear(4, new PositionAsk(First, 5, 1)).Only<PositionTold>(4).Through);
    }

    [Fact]
    public void A_node_without_a_replica_is_told_nothing()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2]));
        primary.Replica.LeaseGranted(new NodeId(2), First, primary.Now, primary.Now);
        Assert.True(primary.Hear(9, new PositionAsk(First, 5, 1)).IsEmpty);
    }

    private static PositionAsk? Ask(LoneReplica replica)
    {
        replica.Replica.AskPosition(replica.Now);
        return replica.Work().To<PositionAsk>(1).SingleOrDefault();
    }

    /// <summary>A backup that knows the first entry to be committed and to be held by all.</summary>
    private static LoneReplica Backup()
    {
        var backup = LoneReplica.Following(2, Given.Backups(1, [1, 2, 3]));
        backup.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        backup.Hear(1, Given.Append(1, "1.1", [], committed: 1, passed: 1));
        Assert.Equal(1UL, backup.Log.Applied);
        return backup;
    }
}
