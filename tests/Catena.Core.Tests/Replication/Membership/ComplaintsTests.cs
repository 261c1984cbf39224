using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Membership;

/// <summary>Members of a chain that say whom they cannot reach, and what the first member makes of it.</summary>
public sealed class ComplaintsTests
{
    private static readonly Configuration Chain = Given.Chain(1, [1, 2, 3]);

    [Fact]
    public void Of_two_that_complain_of_each_other_the_one_farther_from_the_head_goes()
    {
        foreach (var order in new ulong[][] { [2, 3], [3, 2] })
        {
            // Each has said so before the first member may act.
            var head = LoneReplica.Serving(Chain, options => options with { MinInSync = 3 });
            Complain(head, order[0], order[1]);
            Complain(head, order[1], order[0]);
            head.PassSlowly(head.Options.LonelyDelay / 4);
            for (var passed = 0L; head.Proposal is null && passed < head.Options.LonelyDelay; passed += head.Options.Retransmit)
            {
                Complain(head, order[0], order[1]);
                Complain(head, order[1], order[0]);
                head.Pass(head.Options.Retransmit);
            }

            Assert.Equal([new NodeId(1), new NodeId(2)], head.Proposal!.Members);
        }
    }

    [Fact]
    public void A_complaint_that_is_not_said_again_is_forgotten()
    {
        var head = LoneReplica.Serving(Chain, options => options with { MinInSync = 3 });
        Complain(head, 2, 3);
        head.PassSlowly(2 * head.Options.LonelyDelay);
        Assert.DoesNotContain(head.Events, happened => happened.Kind == ReplicaEventKind.Proposed);
    }

    [Fact]
    public void Only_members_may_complain()
    {
        var head = LoneReplica.Serving(Given.Chain(1, [1, 2, 3], 4));
        Complain(head, 4, 3);
        Complain(head, 9, 3);
        Assert.Null(head.Proposal);
        Complain(head, 2, 3);
        Assert.Equal([new NodeId(1), new NodeId(2)], head.Proposal!.Members);
    }

    [Fact]
    public void A_complaint_of_an_earlier_epoch_counts_no_more()
    {
        var head = LoneReplica.Serving(Chain);
        head.Replica.AskEpoch(new Epoch(2));
        head.Work();
        Complain(head, 2, 3);
        head.Learn(head.Replica.Configuration! with { Epoch = new Epoch(2) });
        head.Pass(Given.Millisecond);
        Assert.Single(head.Proposals);
    }

    private static void Complain(LoneReplica head, ulong from, ulong about) =>
        head.Hear(from, new StandingTold(head.Replica.Epoch, new NodeId(about), ReplicaStanding.Unreached));
}
