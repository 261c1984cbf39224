using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Membership;

/// <summary>How a learner comes to count, and no longer does where its promotion is not proposed.</summary>
public sealed class PromotionTests
{
    private static readonly NodeId Learner = new(4);

    [Fact]
    public void Each_word_on_who_counts_has_a_number_of_its_own()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2], 4));
        Assert.Equal(new Counting(1, Learner), CaughtUp(head));
        Assert.Equal(new Counting(2, NodeId.None), Withdrawn(head));
        Assert.Equal(new Counting(3, Learner), CaughtUp(head));
        head.Hear(2, Given.Through(1, 1, committed: 1, counted: 3));
        Assert.Equal([new NodeId(1), new NodeId(2), Learner], head.Proposal!.Members);
    }

    [Fact]
    public void A_learner_whose_word_was_withdrawn_counts_again_only_once_it_is_said_to_have_caught_up_again()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2], 4));
        CaughtUp(head);
        Withdrawn(head);
        head.Hear(2, Given.Through(1, 1, committed: 1, counted: 2));
        Assert.True(head.Pass(Given.Millisecond).IsEmpty);
    }

    [Fact]
    public void What_was_said_of_a_learner_in_an_earlier_epoch_does_not_make_it_count()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2], 4));
        head.Replica.AskEpoch(new Epoch(2));
        head.Work();
        head.Hear(2, new StandingTold(new Epoch(1), Learner, ReplicaStanding.CaughtUp));
        var next = Given.Chain(2, [1, 2], 4);
        head.Learn(next);
        head.Serve(next);
        Assert.All(head.Pass(head.Options.Retransmit).All<AppendEntries>(), append => Assert.Equal(NodeId.None, append.Counting.Learner));
        Assert.DoesNotContain(head.Events, happened => happened.Kind == ReplicaEventKind.CaughtUp);
    }

    private static Counting CaughtUp(LoneReplica head)
    {
        head.Hear(2, new StandingTold(head.Replica.Epoch, Learner, ReplicaStanding.CaughtUp));
        return Word(head);
    }

    private static Counting Withdrawn(LoneReplica head)
    {
        head.Pass(head.Options.CountingPatience);
        return Word(head);
    }

    /// <summary>The word that goes out with the next round.</summary>
    private static Counting Word(LoneReplica head) => head.Work().To<AppendEntries>(2)[^1].Counting;
}
