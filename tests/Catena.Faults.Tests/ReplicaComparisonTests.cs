using Catena.Faults.Checking;
using Catena.Faults.Cluster;

namespace Catena.Faults.Tests;

public sealed class ReplicaComparisonTests
{
    private static readonly PartitionStanding[] Partitions = [new(3, ["a", "b", "c"], 0, "a", "primary-backup")];

    [Fact]
    public void Members_that_hold_the_same_at_the_same_position_are_fine()
    {
        Assert.Empty(ReplicaComparison.Violations(Partitions, [Sum("a"), Sum("b"), Sum("c"), Sum("a") with { Partition = 4, Digest = "x" }], out var waiting));
        Assert.Null(waiting);
    }

    [Fact]
    public void Members_that_hold_different_things_at_the_same_position_are_found_though_a_third_is_elsewhere()
    {
        var violation = Assert.Single(ReplicaComparison.Violations(
            Partitions, [Sum("a"), Sum("b") with { Digest = "ff" }, Sum("c") with { Applied = "1.6" }], out _));
        Assert.Contains("partition 3", violation, StringComparison.Ordinal);
        Assert.Single(ReplicaComparison.Violations(Partitions, [Sum("a"), Sum("b"), Sum("c") with { Keys = 3 }], out _));
    }

    [Fact]
    public void Nothing_is_said_to_be_equal_that_could_not_be_compared()
    {
        ReplicaSum[][] unlike =
        [
            [Sum("a"), Sum("b"), Sum("c") with { Applied = "1.6", Digest = "ff" }],
            [Sum("a"), Sum("b"), Sum("c") with { Digest = null }],
            [Sum("a"), Sum("b")],
        ];
        foreach (var sums in unlike)
        {
            Assert.Empty(ReplicaComparison.Violations(Partitions, sums, out var waiting));
            Assert.NotNull(waiting);
        }

        ReplicaComparison.Violations([new PartitionStanding(3, [], 0, null, null)], [], out var empty);
        Assert.NotNull(empty);
    }

    private static ReplicaSum Sum(string node) => new(node, 3, "1.5", 2, "0a");
}
