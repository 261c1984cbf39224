using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Chain;

namespace Catena.Core.Tests.Replication;

/// <summary>Who feeds whom, at the edges of a configuration.</summary>
public sealed class TopologyTests
{
    private static readonly Configuration Three = new()
    {
        Epoch = new Epoch(1),
        Mode = ReplicationMode.Chain,
        Members = [new NodeId(1), new NodeId(2), new NodeId(3)],
        Learners = [new NodeId(4)],
    };

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 0)]
    public void A_chain_feeds_its_members_in_order_its_learners_from_the_tail_and_nobody_else(ulong node, ulong feeder) =>
        Assert.Equal(new NodeId(feeder), ChainTopology.Plain.FeederOf(Three, new NodeId(node)));

    [Fact]
    public void The_first_configuration_of_all_follows_none() => Assert.Equal(Epoch.None, (Three with { Epoch = Epoch.None }).Follows);
}
