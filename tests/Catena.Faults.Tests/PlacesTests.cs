using Catena.Faults.Cluster;
using Catena.Faults.Faults;

namespace Catena.Faults.Tests;

public sealed class PlacesTests
{
    [Theory]
    [InlineData("kill-first", "a")]
    [InlineData("kill-middle", "b")]
    [InlineData("kill-tail", "c")]
    [InlineData("cut-link", "b", "c")]
    public void A_kind_means_members_by_their_places(string kind, params string[] victims) => Assert.Equal(victims, Places.VictimsOf(KindOf(kind), ["a", "b", "c"]));

    [Theory]
    [InlineData("kill-middle")]
    [InlineData("cut-link")]
    public void Of_two_members_none_is_in_the_middle(string kind) => Assert.Empty(Places.VictimsOf(KindOf(kind), ["a", "b"]));

    [Theory]
    [InlineData("kill-middle", true, "b")]
    [InlineData("kill-middle", false, "a")]
    [InlineData("kill-tail", true, "c")]
    [InlineData("cut-link", true, "c", "b")]
    [InlineData("cut-link", false, "a", "b")]
    [InlineData("pause", true, "a")]
    [InlineData("pause", false, "b")]
    [InlineData("pause", true, "c")]
    [InlineData("kill-coordinator", true)]
    public void A_fault_concerns_partitions_in_which_its_victims_have_their_places(string kind, bool concerns, params string[] victims) =>
        Assert.Equal(concerns, Places.Concern(KindOf(kind), victims, new PartitionStanding(7, ["a", "b", "c"], 0, Reader: "c", "chain")));

    private static FaultKind KindOf(string name) => FaultKinds.Find(name)!.Value;
}
