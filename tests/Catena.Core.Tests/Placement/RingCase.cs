using System.Collections.Immutable;
using System.Globalization;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Placement;

/// <summary>One input of the ring, and what the tests count in its output.</summary>
public sealed record RingCase(ImmutableArray<RingNode> Nodes, int Partitions, int Replicas, double LoadFactor)
{
    /// <summary>Inputs of all shapes: few and many nodes, zones, weights, partitions and replicas, tight and loose bounds.</summary>
    public static Arbitrary<RingCase> Any { get; } = (
        from count in Gen.Choose(1, 14)
        from zones in Gen.Choose(1, 5)
        from salt in Gen.Choose(0, 1_000_000)
        from zoneOf in Gen.ArrayOf(Gen.Choose(1, zones), count)
        from weights in Gen.ArrayOf(Gen.Elements(10, 50, 100, 100, 100, 200, 1000), count)
        from partitions in Gen.Elements(1, 2, 5, 16, 64, 200)
        from replicas in Gen.Choose(1, 5)
        from factor in Gen.Elements(1.0, 1.05, 1.25, 2.0)
        let nodes = Enumerable.Range(0, count).Select(index => Node(index, salt, zoneOf[index], weights[index]))
        select new RingCase([.. nodes], partitions, replicas, factor))
        .ToArbitrary();

    /// <summary>The ring's answer.</summary>
    public ImmutableArray<ImmutableArray<NodeId>> Place() =>
        Ring.Place(Nodes, Partitions, Replicas, new RingSettings { LoadFactor = LoadFactor });

    /// <summary>Equal nodes, in zones by turns, with ids that depend on the salt.</summary>
    public static ImmutableArray<RingNode> Even(int count, int zones, int salt) =>
        [.. Enumerable.Range(0, count).Select(index => Node(index, salt, index % zones, RingNode.OrdinaryWeight))];

    /// <summary>How many replicas each node has.</summary>
    public static Dictionary<NodeId, int> Loads(ImmutableArray<ImmutableArray<NodeId>> placed) =>
        placed.SelectMany(list => list).GroupBy(node => node).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>How many first places each node has.</summary>
    public static Dictionary<NodeId, int> Firsts(ImmutableArray<ImmutableArray<NodeId>> placed) =>
        placed.Where(list => !list.IsEmpty).GroupBy(list => list[0]).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>How many replicas of the second placement lie where the first had none of that partition.</summary>
    public static int Copies(ImmutableArray<ImmutableArray<NodeId>> from, ImmutableArray<ImmutableArray<NodeId>> to) =>
        from.Zip(to, (before, after) => after.Count(node => !before.Contains(node))).Sum();

    /// <inheritdoc />
    public override string ToString() =>
        $"{Partitions} partitions x {Replicas}, factor {LoadFactor.ToString(CultureInfo.InvariantCulture)}: "
        + string.Join(' ', Nodes.Select(node => $"{node.Id}/{node.Zone}/{node.Weight}"));

    private static RingNode Node(int index, int salt, int zone, int weight)
    {
        var id = new Prng(((ulong)salt << 16) + (ulong)index).NextUInt64();
        return new RingNode(new NodeId(id | 1), $"zone-{zone}", weight);
    }
}
