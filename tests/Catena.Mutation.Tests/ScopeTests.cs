using Catena.Mutation.Running;

namespace Catena.Mutation.Tests;

public sealed class ScopeTests
{
    [Theory]
    [InlineData("Log/Lineage.cs", true)]
    [InlineData("Leases/PromiseBook.cs", true)]
    [InlineData("Leases/Beacons/Beacon.cs", true)]
    [InlineData("LeasesOfOthers/PromiseBook.cs", false)]
    [InlineData("Log/EntryFrame.cs", false)]
    public void Files_and_folders_are_told_apart(string file, bool isHeld) => Assert.Equal(isHeld, new Scope(["Log/Lineage.cs", "Leases/"]).Holds(file));

    [Fact]
    public void Without_a_path_it_holds_all() => Assert.True(new Scope([]).Holds("Replica.cs"));

    [Fact]
    public void Stryker_is_told_the_same()
    {
        Assert.Equal(["**/Replication/Log/Lineage.cs", "**/Replication/Leases/**/*.cs"], new Scope(["Log/Lineage.cs", "Leases/"]).Patterns);
        Assert.Equal(["**/Replication/**/*.cs"], new Scope([]).Patterns);
    }
}
