using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication;

/// <summary>What a replica says in an epoch of which it has an earlier life, and of its neighbours in a chain.</summary>
public sealed class RestartTests
{
    private static readonly Configuration Chain = Given.Chain(1, [1, 2, 3, 5], 4);

    [Fact]
    public void A_member_tells_the_first_one_that_it_is_back_and_a_learner_tells_who_feeds_it()
    {
        Assert.Single(BackAs(3, Chain).To<EpochAck>(1));
        Assert.Single(BackAs(4, Chain).To<EpochAck>(5));
        Assert.Single(BackAs(2, Given.Backups(1, [1, 2, 3])).To<EpochAck>(1));
    }

    [Fact]
    public void One_that_is_no_longer_listed_tells_the_first_member_that_it_knows() => Assert.Single(BackAs(9, Chain).To<EpochAck>(1));

    [Fact]
    public void A_member_of_a_chain_that_is_back_asks_for_another_epoch_until_it_gets_one()
    {
        var middle = LoneReplica.Following(2, Chain);
        middle.Restart();
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal(new Epoch(1), middle.Pass(middle.Options.Retransmit).Only<EpochWish>(1).Epoch);
            Assert.True(middle.Pass(middle.Options.Retransmit - 1).IsEmpty);
            middle.Pass(1);
        }

        middle.Hear(1, new EpochOpen(Chain with { Epoch = new Epoch(2) }, []));
        Assert.Empty(middle.Pass(middle.Options.Retransmit).All<EpochWish>());
    }

    [Fact]
    public void A_member_of_a_chain_that_is_back_passes_nothing_on()
    {
        var middle = LoneReplica.Following(2, Chain);
        middle.Hear(1, Given.Append(1, "0.0", ["1.1 start"]));
        Assert.Equal([1], middle.Restart().Receivers);
        Assert.Equal([1], middle.Pass(middle.Options.Retransmit).Receivers);
    }

    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(3, 5, true)]
    [InlineData(3, 1, false)]
    [InlineData(2, 5, false)]
    [InlineData(5, 2, true)]
    [InlineData(5, 3, true)]
    public void A_member_of_a_chain_complains_of_its_neighbours_and_the_reader_of_everybody(ulong self, ulong suspected, bool complains)
    {
        var member = LoneReplica.Following(self, Chain);
        member.Suspected.Add(suspected);
        member.Suspected.Add(self);
        var told = member.Pass(member.Options.Retransmit).All<StandingTold>();
        Assert.Equal(complains ? [new StandingTold(new Epoch(1), new NodeId(suspected), ReplicaStanding.Unreached)] : [], told);
    }

    [Fact]
    public void A_head_tells_itself_nothing_and_a_backup_nobody()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2, 3]), options => options with { MinInSync = 3 });
        head.Suspected.Add(2);
        Assert.Empty(head.Pass(head.Options.Retransmit).All<StandingTold>());
        var backup = LoneReplica.Following(2, Given.Backups(1, [1, 2, 3]));
        backup.Suspected.Add(1);
        Assert.Empty(backup.Pass(backup.Options.Retransmit).All<StandingTold>());
    }

    [Fact]
    public void Who_feeds_a_member_whose_log_cannot_be_continued_tells_the_head()
    {
        var middle = new LoneReplica(2, entries: ["1.1 start", "1.2 a=1"], committed: 2);
        middle.Log.TrimThrough(2);
        middle.Hear(1, new EpochOpen(Given.Chain(2, [1, 2, 3]), []));
        middle.Hear(1, Given.Append(2, "1.2", ["2.3 start"]));
        Assert.Empty(middle.Pass(middle.Options.Retransmit).All<StandingTold>());
        middle.Hear(3, Given.Refusal(2, "0.0"));
        var told = new StandingTold(new Epoch(2), new NodeId(3), ReplicaStanding.Unfit);
        Assert.Equal(told, middle.Pass(middle.Options.Retransmit).Only<StandingTold>(1));
        Assert.Equal(told, middle.Pass(middle.Options.Retransmit).Only<StandingTold>(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_first_member_that_may_have_lost_its_record_leads_no_epoch_that_it_hears_of_but_one_of_its_own(bool lostTail)
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2, 3]));
        if (lostTail)
        {
            primary.Log.LoseTail(1);
        }

        // In its earlier life it may have been the first member of the epoch that somebody tells it of.
        primary.Restart();
        var told = Given.Backups(2, [1, 2, 3], 4);
        var sent = primary.Learn(told);
        Assert.Equal(lostTail, sent.All<EpochOpen>().Count == 0);
        Assert.Equal(lostTail ? ReplicaPhase.Reopening : ReplicaPhase.Opening, primary.Replica.Phase);
        primary.Pass(primary.Options.Retransmit);
        if (lostTail)
        {
            var next = primary.Proposals[^1];
            Assert.Equal((new Epoch(3), told.Members, told.Learners), (next.Epoch, next.Members, next.Learners));
            Assert.NotEmpty(primary.Learn(next).All<EpochOpen>());
            Assert.Equal(ReplicaPhase.Opening, primary.Replica.Phase);
        }
    }

    /// <summary>What a node sends first that restarts in an epoch which it has acknowledged.</summary>
    private static Sent BackAs(ulong self, Configuration configuration) => LoneReplica.Following(self, configuration).Restart();
}
