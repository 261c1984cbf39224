using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Membership;

/// <summary>Which configuration a replica proposes.</summary>
public sealed class MembershipDeskTests
{
    private static readonly Configuration Backups = Given.Backups(1, [1, 2, 3]);
    private static readonly Configuration Chain = Given.Chain(1, [1, 2, 3]);

    [Fact]
    public void A_member_that_sits_the_epoch_out_gets_another_with_the_same_members()
    {
        var head = LoneReplica.Serving(Chain);
        head.Hear(2, new EpochWish(new Epoch(1)));
        Assert.Equal(new Epoch(2), head.Proposal!.Epoch);
        Assert.Equal(Chain.Members, head.Proposal.Members);
    }

    [Fact]
    public void A_wish_from_outside_the_configuration_is_not_heeded()
    {
        var head = LoneReplica.Serving(Chain);
        head.Hear(9, new EpochWish(new Epoch(1)));
        Assert.Null(head.Proposal);
    }

    [Fact]
    public void A_wish_lowers_no_epoch_that_was_asked_for()
    {
        var head = LoneReplica.Serving(Chain);
        head.Replica.AskEpoch(new Epoch(40));
        head.Hear(2, new EpochWish(new Epoch(1)));
        Assert.Equal(new Epoch(40), head.Proposal!.Epoch);
    }

    [Fact]
    public void An_epoch_asked_for_that_is_reached_already_hides_no_wish()
    {
        var head = LoneReplica.Serving(Chain);
        head.Replica.AskEpoch(new Epoch(1));
        head.Hear(2, new EpochWish(new Epoch(1)));
        Assert.Equal(new Epoch(2), head.Proposal!.Epoch);
    }

    [Fact]
    public void The_epoch_asked_for_is_reached_in_one_leap_even_before_this_one_is_open()
    {
        var primary = new LoneReplica(1);
        primary.Replica.AskEpoch(new Epoch(40));
        primary.Learn(Backups);
        Assert.Equal((new Epoch(40), new Epoch(1)), (primary.Proposal!.Epoch, primary.Proposal.Follows));
    }

    [Fact]
    public void An_ordinary_change_is_no_leap()
    {
        var primary = LoneReplica.Serving(Backups);
        primary.Suspected.Add(3);
        primary.Work();
        Assert.Equal(new Epoch(1), primary.Proposal!.Follows);
        Assert.Null(primary.Proposal.Leap);
    }

    [Fact]
    public void What_was_asked_for_outlives_another_change_that_came_first()
    {
        foreach (var (ask, isDone) in new (Action<Replica>, Func<Configuration, bool>)[]
        {
            (replica => replica.AskEpoch(new Epoch(40)), proposal => proposal.Epoch == new Epoch(40)),
            (replica => replica.AskMode(ReplicationMode.Chain), proposal => proposal.Mode == ReplicationMode.Chain),
            (replica => replica.AskRemoval(new NodeId(3)), proposal => !proposal.HasMember(new NodeId(3))),
        })
        {
            var primary = LoneReplica.Serving(Backups);
            ask(primary.Replica);
            primary.Work();
            Assert.True(isDone(primary.Proposal!));

            var other = Given.Backups(2, [1, 2, 3], 4);
            primary.Learn(other);
            primary.Serve(other);
            Assert.Equal(2, primary.Proposals.Count);
            Assert.True(isDone(primary.Proposals[1]));
        }
    }

    [Fact]
    public void A_mode_once_reached_is_not_gone_back_to()
    {
        var primary = LoneReplica.Serving(Backups);
        primary.Replica.AskMode(ReplicationMode.Chain);
        primary.Work();
        primary.Learn(Given.Chain(2, [1, 2, 3]));
        var back = Given.Backups(3, [1, 2, 3]);
        primary.Learn(back);
        primary.Serve(back);
        Assert.Single(primary.Proposals);
    }

    [Fact]
    public void The_last_members_that_were_enough_for_writes_are_remembered()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2, 3, 4]), options => options with { MinInSync = 3 });
        primary.Suspected.Add(4);
        primary.Work();
        Assert.Equal(new Epoch(2), primary.Proposal!.InSyncEpoch);
        Assert.Equal(new ulong[] { 1, 2, 3 }, Ids(primary.Proposal.InSyncMembers));

        primary.Learn(primary.Proposal);
        primary.Suspected.Add(3);
        primary.Pass(primary.Options.LonelyDelay);
        primary.Pass(primary.Options.LonelyDelay);
        Assert.Equal(new ulong[] { 1, 2 }, Ids(primary.Proposal!.Members));
        Assert.Equal(new Epoch(2), primary.Proposal.InSyncEpoch);
        Assert.Equal(new ulong[] { 1, 2, 3 }, Ids(primary.Proposal.InSyncMembers));
    }

    [Fact]
    public void The_feeder_of_a_member_says_that_its_log_cannot_be_continued_and_nobody_else_can()
    {
        var head = LoneReplica.Serving(Chain);
        head.Hear(3, Told(2, ReplicaStanding.Unfit));
        Assert.Null(head.Proposal);
        head.Hear(2, Told(3, ReplicaStanding.Unfit));
        Assert.Equal(new ulong[] { 1, 2 }, Ids(head.Proposal!.Members));
    }

    [Fact]
    public void A_member_that_was_dropped_waits_before_it_is_promoted_again_and_longer_each_time()
    {
        var primary = LoneReplica.Serving(Backups);
        Drop(primary, 2);
        var delay = primary.Options.ReadmissionDelay;
        CatchUp(primary, 3);
        Assert.Null(primary.Proposal);
        primary.Pass(delay - 1);
        Assert.Null(primary.Proposal);
        primary.Pass(1);
        Assert.Equal(new ulong[] { 1, 2, 3 }, Ids(primary.Proposal!.Members));

        primary.Learn(primary.Proposal);
        primary.Serve(primary.Replica.Configuration!);
        Drop(primary, 5);
        CatchUp(primary, 6);
        primary.Pass(delay);
        Assert.Null(primary.Proposal);
        primary.Pass(delay);
        Assert.NotNull(primary.Proposal);
    }

    [Fact]
    public void A_learner_that_is_not_heard_steadily_is_not_promoted()
    {
        var primary = LoneReplica.Serving(Given.Backups(1, [1, 2], 3));
        primary.Unsteady.Add(3);
        CatchUp(primary, 1);
        Assert.Null(primary.Proposal);
        primary.Unsteady.Clear();
        primary.Work();
        Assert.Equal(new ulong[] { 1, 2, 3 }, Ids(primary.Proposal!.Members));
    }

    [Fact]
    public void Word_that_some_other_proposal_was_not_submitted_changes_nothing()
    {
        var primary = LoneReplica.Serving(Backups);
        primary.Suspected.Add(3);
        primary.Work();
        primary.Replica.ProposalNotSubmitted(new Epoch(7), primary.Now);
        primary.Pass(primary.Options.ProposalRetry);
        Assert.Null(primary.Proposal);
    }

    [Fact]
    public void A_proposal_that_was_not_submitted_is_made_again_after_a_while()
    {
        var primary = LoneReplica.Serving(Backups);
        primary.Suspected.Add(3);
        primary.Work();
        primary.Replica.ProposalNotSubmitted(new Epoch(2), primary.Now);
        primary.Work();
        Assert.Null(primary.Proposal);
        primary.Pass(primary.Options.ProposalRetry);
        Assert.Equal(new ulong[] { 1, 2 }, Ids(primary.Proposal!.Members));
    }

    [Fact]
    public void A_restarted_first_member_reopens_with_all_before_it_drops_anybody()
    {
        var primary = LoneReplica.Serving(Backups);
        primary.Suspected.Add(3);
        primary.Restart();
        Assert.Equal(new Epoch(2), primary.Proposal!.Epoch);
        Assert.Equal(Backups.Members, primary.Proposal.Members);
    }

    /// <summary>Has the first member drop member 3, which then is a learner; the epochs are the next two.</summary>
    private static void Drop(LoneReplica primary, ulong epoch)
    {
        primary.Suspected.Add(3);
        primary.Work();
        Assert.Equal(new Epoch(epoch), primary.Proposal!.Epoch);
        primary.Learn(primary.Proposal);
        primary.Suspected.Clear();
        var withLearner = Given.Backups(epoch + 1, [1, 2], 3);
        primary.Learn(withLearner);
        primary.Serve(withLearner);
    }

    private static void CatchUp(LoneReplica primary, ulong epoch)
    {
        primary.Hear(3, Given.Ack(epoch, "0.0"));
        primary.Hear(3, Given.Through(epoch, primary.Log.Last.Sequence));
    }

    private static StandingTold Told(ulong node, ReplicaStanding standing) => new(new Epoch(1), new NodeId(node), standing);

    private static ulong[] Ids(ImmutableArray<NodeId> nodes) => [.. nodes.Select(node => node.Value)];
}
