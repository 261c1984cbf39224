using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Tests.Control;

/// <summary>A lost tree is rebuilt with the newest configuration that can have been served, or not at all.</summary>
public class MetadataRecoveryPlannerTests
{
    private const int MinInSync = 2;
    private static readonly PartitionId Zero = new(0);

    [Fact]
    public void The_newest_configuration_of_all_that_its_members_know_is_written_as_it_is()
    {
        var newest = Configuration(7, [1, 2]);
        var plan = Plan([Knows(1, newest), Knows(2, Configuration(6, [1, 2, 3])), Knows(3, Configuration(5, [3, 1, 2]))]);
        Assert.Empty(plan.Objections);
        Assert.Equal(newest, plan.Writes[Zero]);
    }

    [Fact]
    public void What_the_coordinator_holds_is_kept_unless_it_is_older()
    {
        var known = Configuration(7, [1, 2]);
        foreach (var (stands, isKept) in new[] { (6UL, false), (7UL, true), (8UL, true) })
        {
            var plan = Plan([Knows(1, known), Knows(2, known)], standing: Configuration(stands, [1, 2]));
            Assert.Equal((isKept ? 1 : 0, isKept ? 0 : 1), (plan.Kept, plan.Writes.Count));
        }
    }

    [Fact]
    public void A_member_that_was_not_asked_stands_in_the_way()
    {
        var known = Configuration(7, [1, 2, 3]);
        var plan = Plan([Knows(1, known), Knows(2, known)]);
        Assert.Contains("node 3 is a member of partition 0 and was not asked", Assert.Single(plan.Objections), StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_of_an_older_configuration_only_need_not_be_asked()
    {
        var plan = Plan([Knows(1, Configuration(7, [1, 2])), Knows(2, Configuration(6, [1, 2, 3]))]);
        Assert.Empty(plan.Objections);
    }

    [Fact]
    public void Without_a_member_that_is_gone_the_epoch_jumps_so_that_what_it_did_alone_is_fenced()
    {
        var known = Configuration(7, [1, 2, 3]);
        var plan = Plan([Knows(1, known), Knows(2, known)], gone: [3]);
        Assert.Empty(plan.Objections);
        Assert.Empty(plan.Lossy);
        Assert.Equal(known with { Epoch = new Epoch(7 + MetadataRecoveryPlanner.EpochJump) }, plan.Writes[Zero]);
    }

    [Fact]
    public void Without_as_many_nodes_as_acknowledge_a_write_data_loss_has_to_be_accepted_and_shows_in_the_generation()
    {
        var known = Configuration(7, [1, 2, 3]);
        Assert.Contains("data loss", Assert.Single(Plan([Knows(3, known)], gone: [1, 2]).Objections), StringComparison.Ordinal);

        var plan = Plan([Knows(3, known)], gone: [1, 2], acceptsDataLoss: true);
        Assert.Empty(plan.Objections);
        Assert.Equal([Zero], plan.Lossy);
        var expected = Configuration(7 + MetadataRecoveryPlanner.EpochJump, [3]) with { Generation = 1 };
        Assert.Equal(expected, plan.Writes[Zero]);
    }

    [Fact]
    public void A_learner_that_is_gone_counts_among_those_that_may_have_acknowledged_writes()
    {
        // The first member may have promoted it and written with it, while nobody else heard of that.
        var known = Configuration(7, [1, 2], learners: [3]);
        Assert.NotEmpty(Plan([Knows(2, known)], gone: [1, 3]).Objections);
        Assert.Empty(Plan([Knows(2, known)], gone: [1], alsoAsked: 3).Objections);
    }

    [Fact]
    public void Where_no_member_is_left_the_configuration_stays_for_the_case_that_one_comes_back()
    {
        var known = Configuration(7, [1, 2], learners: [3]);
        var plan = Plan([Knows(3, known)], gone: [1, 2], acceptsDataLoss: true);
        Assert.Equal(known, plan.Writes[Zero]);
        Assert.Equal([Zero], plan.Lossy);
    }

    [Fact]
    public void A_partition_that_nobody_knows_is_never_made_up()
    {
        var silent = new MetadataTestimony(new NodeId(1), ImmutableDictionary<PartitionId, Configuration>.Empty);
        Assert.Contains("nobody knows a configuration of partition 0", Assert.Single(Plan([silent]).Objections), StringComparison.Ordinal);
        var plan = Plan([silent], acceptsDataLoss: true);
        Assert.Empty(plan.Objections);
        Assert.Empty(plan.Writes);
        Assert.Equal([Zero], plan.Unknown);
    }

    [Fact]
    public void Two_configurations_of_one_epoch_are_an_objection_that_nothing_waives()
    {
        var plan = Plan([Knows(1, Configuration(7, [1, 2])), Knows(2, Configuration(7, [2, 1]))], acceptsDataLoss: true);
        Assert.Contains("two different configurations have epoch 7", Assert.Single(plan.Objections), StringComparison.Ordinal);
    }

    private static MetadataPlan Plan(
        IReadOnlyCollection<MetadataTestimony> testimonies, Configuration? standing = null, ulong[]? gone = null, bool acceptsDataLoss = false, ulong alsoAsked = 0)
    {
        if (alsoAsked != 0)
        {
            testimonies = [.. testimonies, new MetadataTestimony(new NodeId(alsoAsked), ImmutableDictionary<PartitionId, Configuration>.Empty)];
        }

        var stands = new Dictionary<PartitionId, Configuration>();
        if (standing is not null)
        {
            stands[Zero] = standing;
        }

        return MetadataRecoveryPlanner.Make(
            1, MinInSync, testimonies, stands, Nodes(gone ?? []).ToHashSet(), acceptsDataLoss, node => $"node {node.Value}");
    }

    private static MetadataTestimony Knows(ulong node, Configuration configuration) =>
        new(new NodeId(node), ImmutableDictionary<PartitionId, Configuration>.Empty.Add(Zero, configuration));

    private static Configuration Configuration(ulong epoch, ulong[] members, ulong[]? learners = null) => new()
    {
        Epoch = new Epoch(epoch),
        Mode = ReplicationMode.PrimaryBackup,
        Members = [.. Nodes(members)],
        Learners = [.. Nodes(learners ?? [])],
    };

    private static IEnumerable<NodeId> Nodes(ulong[] nodes) => nodes.Select(node => new NodeId(node));
}
