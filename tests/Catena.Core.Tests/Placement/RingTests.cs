using Catena.Core.Placement;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Placement;

/// <summary>The ring's promises: distinct replicas, bounded loads, zones apart, few moves, the same answer everywhere.</summary>
public class RingTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(600);

    [Fact]
    public void Every_partition_has_the_replicas_asked_for_or_as_many_as_there_are_nodes_and_all_distinct()
    {
        Check.One(Thorough, Prop.ForAll(RingCase.Any, input =>
        {
            var expected = Math.Min(input.Replicas, input.Nodes.Length);
            var placed = input.Place();
            return placed.Length == input.Partitions && placed.All(list => list.Length == expected && list.Distinct().Count() == expected);
        }));
    }

    [Fact]
    public void No_node_carries_more_than_its_bound()
    {
        Check.One(Thorough, Prop.ForAll(RingCase.Any, input =>
        {
            RingNode[] sorted = [.. input.Nodes.OrderBy(node => node.Id)];
            var bounds = ReplicaBounds.Compute(sorted, input.Partitions, Math.Min(input.Replicas, sorted.Length), input.LoadFactor);
            var loads = RingCase.Loads(input.Place());
            return sorted.Index().All(node => loads.GetValueOrDefault(node.Item.Id) <= bounds.Most[node.Index]);
        }));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(40)]
    public void Equal_nodes_carry_at_most_the_load_factor_times_the_mean(int count)
    {
        var placed = Ring.Place(RingCase.Even(count, 1, count), 256, 3, RingSettings.Default);
        var most = (int)Math.Ceiling(1.25 * 256 * 3 / count);
        Assert.True(RingCase.Loads(placed).Values.Max() <= most);
        Assert.True(RingCase.Firsts(placed).Values.Max() <= (int)Math.Ceiling(1.25 * 256 / count));
    }

    [Fact]
    public void First_places_of_equal_nodes_are_bounded_too()
    {
        // One more than the factor says, since a node that happens to hold few replicas leaves its share of first places to others.
        Check.One(Thorough, Prop.ForAll(Gen.Choose(3, 20).ToArbitrary(), Gen.Choose(0, 10_000).ToArbitrary(), (count, salt) =>
        {
            var placed = Ring.Place(RingCase.Even(count, 1, salt), 64, 3, RingSettings.Default);
            return RingCase.Firsts(placed).Values.Max() <= (int)Math.Ceiling(1.25 * 64 / count) + 1;
        }));
    }

    [Fact]
    public void A_heavier_node_carries_more()
    {
        var nodes = RingCase.Even(6, 1, 3).SetItem(0, RingCase.Even(6, 1, 3)[0] with { Weight = 200 });
        var placed = Ring.Place(nodes, 512, 2, RingSettings.Default);
        var heavy = RingCase.Loads(placed)[nodes[0].Id];
        Assert.InRange(heavy, 512 * 2 * 2 / 7 * 0.75, 512 * 2 * 2 / 7 * 1.3);
    }

    [Fact]
    public void First_places_go_by_the_lead_weight_and_to_a_node_without_one_only_where_no_other_has_a_copy()
    {
        Check.One(Thorough, Prop.ForAll(RingCase.Any, Gen.Choose(0, 10_000).ToArbitrary(), (input, salt) =>
        {
            var random = new Prng((ulong)salt);
            RingNode[] nodes = [.. input.Nodes.Select(node => node with { LeadWeight = random.Chance(0.5) ? 0 : node.LeadWeight })];
            var leads = nodes.ToDictionary(node => node.Id, node => node.LeadWeight > 0);
            var placed = (input with { Nodes = [.. nodes] }).Place();
            return placed.All(list => leads[list[0]] || !list.Any(node => leads[node]))
                && placed.Zip(input.Place()).All(pair => pair.First.Order().SequenceEqual(pair.Second.Order()));
        }));

        var even = RingCase.Even(3, 1, 7);
        var firsts = RingCase.Firsts(Ring.Place(even.SetItem(0, even[0] with { LeadWeight = 200 }), 64, 3, RingSettings.Default, areNew: true));
        Assert.Equal((32, 16, 16), (firsts[even[0].Id], firsts[even[1].Id], firsts[even[2].Id]));
    }

    /// <summary>Of four partitions each of any two out of four nodes, of which two have no weight.</summary>
    [Fact]
    public void Nodes_without_a_lead_weight_have_shares_of_what_only_they_hold()
    {
        int[][] pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
        int[][] candidates = [.. pairs.SelectMany(pair => Enumerable.Repeat(pair, 4))];
        double[] weights = [100, 300, 0, 0];

        Assert.Equal([8.0, 12.0, 2.0, 2.0], FirstPlaces.Shares(candidates, weights));
        Assert.Equal([8, 12, 2, 2], FirstPlaces.Choose(candidates, weights, 1).CountBy(node => node).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal([12.0, 12.0], FirstPlaces.Shares([.. Enumerable.Repeat<int[]>([0, 1], 24)], [0, 0]));
    }

    [Fact]
    public void A_zone_holds_no_more_replicas_of_a_partition_than_it_must()
    {
        Check.One(Thorough, Prop.ForAll(RingCase.Any, input =>
        {
            var zoneOf = input.Nodes.ToDictionary(node => node.Id, node => node.Zone);
            var sizes = zoneOf.Values.CountBy(zone => zone).Select(pair => pair.Value).ToArray();
            var replicas = Math.Min(input.Replicas, input.Nodes.Length);
            var least = Enumerable.Range(1, 5).First(most => sizes.Sum(size => Math.Min(size, most)) >= replicas);
            return input.Place().All(list => list.CountBy(node => zoneOf[node]).All(pair => pair.Value <= least));
        }));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(6, 3)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    [InlineData(5, 2)]
    public void Three_replicas_lie_in_as_many_zones_as_there_are(int count, int zones)
    {
        for (var salt = 0; salt < 50; salt++)
        {
            var nodes = RingCase.Even(count, zones, salt);
            var zoneOf = nodes.ToDictionary(node => node.Id, node => node.Zone);
            var placed = Ring.Place(nodes, 64, 3, RingSettings.Default);
            Assert.All(placed, list => Assert.Equal(Math.Min(3, zones), list.Select(node => zoneOf[node]).Distinct().Count()));
        }
    }

    [Fact]
    public void The_one_node_of_a_zone_holds_everything_if_only_that_keeps_two_replicas_apart()
    {
        var nodes = RingCase.Even(6, 1, 9);
        nodes = nodes.SetItem(0, nodes[0] with { Zone = "alone" });
        var placed = Ring.Place(nodes, 64, 2, RingSettings.Default);
        Assert.All(placed, list => Assert.Contains(nodes[0].Id, list));
        Assert.True(RingCase.Firsts(placed).GetValueOrDefault(nodes[0].Id) <= Math.Ceiling(1.25 * 64 / 6));
    }

    [Fact]
    public void The_order_in_which_nodes_are_given_does_not_matter()
    {
        Check.One(Thorough.WithMaxTest(200), Prop.ForAll(RingCase.Any, input =>
        {
            var turned = input with { Nodes = [.. input.Nodes.Reverse()] };
            return input.Place().SelectMany(list => list).SequenceEqual(turned.Place().SelectMany(list => list));
        }));
    }

    /// <summary>The placement is part of what clusters rely on across versions: a change of it would move their data.</summary>
    [Fact]
    public void The_placement_of_five_given_nodes_never_changes()
    {
        RingNode[] nodes = [.. Enumerable.Range(1, 5).Select(index => new RingNode(new NodeId((ulong)index), $"zone-{index % 3}"))];
        var placed = Ring.Place(nodes, 8, 3, RingSettings.Default);
        var printed = placed.Select(list => string.Join(',', list.Select(node => node.Value)));
        Assert.Equal("4,2,3 3,4,5 2,4,3 5,1,3 2,4,3 3,4,2 5,3,1 1,3,2", string.Join(' ', printed));
    }

    [Theory]
    [InlineData(3, 64)]
    [InlineData(5, 64)]
    [InlineData(8, 64)]
    [InlineData(10, 256)]
    [InlineData(30, 1024)]
    public void A_node_that_joins_or_leaves_moves_little_more_than_its_share(int count, int partitions)
    {
        const int Rounds = 30;
        var (joined, left, firsts) = (0, 0, 0);
        for (var salt = 0; salt < Rounds; salt++)
        {
            var nodes = RingCase.Even(count + 1, 1, salt);
            var large = Ring.Place(nodes, partitions, 3, RingSettings.Default);
            var small = Ring.Place(nodes.RemoveAt(count), partitions, 3, RingSettings.Default);
            joined += RingCase.Copies(small, large);
            left += RingCase.Copies(large, small);
            firsts += small.Zip(large).Count(pair => pair.First[0] != pair.Second[0]);
        }

        var share = Rounds * partitions * 3.0 / (count + 1);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} nodes, {partitions} partitions: of the share, a join moves {joined / share:F2}, a leave {left / share:F2}, "
            + $"first places {firsts / (share / 3):F2}");
        Assert.True(joined <= share * 1.25, $"A join moves {joined / share:F2} of the share.");
        Assert.True(left <= share * 1.25, $"A leave moves {left / share:F2} of the share.");
        Assert.True(firsts <= share / 3 * 1.6, $"A change moves {firsts / (share / 3):F2} of the share of first places.");
    }

    [Fact]
    public void No_nodes_give_empty_lists() => Assert.All(Ring.Place([], 4, 3, RingSettings.Default), list => Assert.Empty(list));

    [Fact]
    public void Bad_nodes_and_settings_are_refused_by_name()
    {
        var node = new RingNode(new NodeId(1), "");
        Assert.Contains("twice", Refusal([node, node], RingSettings.Default));
        Assert.Contains("without an id", Refusal([node with { Id = NodeId.None }], RingSettings.Default));
        Assert.Contains("weight", Refusal([node with { Weight = 0 }], RingSettings.Default));
        Assert.Contains("lead weight", Refusal([node with { LeadWeight = -1 }], RingSettings.Default));
        Assert.Contains("load factor", Refusal([node], new RingSettings { LoadFactor = double.NaN }));
        Assert.Contains("virtual nodes", Refusal([node], new RingSettings { VirtualNodes = 0 }));
    }

    private static string Refusal(RingNode[] nodes, RingSettings settings) =>
        Assert.Throws<ArgumentException>(() => Ring.Place(nodes, 4, 3, settings)).Message;
}
