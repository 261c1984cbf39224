using Catena.Mutation.Reporting;

namespace Catena.Mutation.Tests;

public sealed class AcceptedSurvivorsTests
{
    [Fact]
    public void Names_share_the_reason_below_them()
    {
        var accepted = AcceptedSurvivors.Read("# a comment\nA.cs: `a` -> `b`\n\nA.cs: `c` -> `d`\n    Only speed\n    differs.\nB.cs: `a` -> `b`\n    Equal.\n");
        Assert.Equal(["A.cs: `a` -> `b`", "A.cs: `c` -> `d`", "B.cs: `a` -> `b`"], accepted.Keys);
        Assert.Equal(["Only speed differs.", "Only speed differs.", "Equal."], accepted.Values);
    }

    [Fact]
    public void Nothing_may_be_accepted() => Assert.Empty(AcceptedSurvivors.Read("# a comment\n"));

    [Theory]
    [InlineData("A.cs: `a` -> `b`\n")]
    [InlineData("A.cs: `a` -> `b`\n    Equal.\nA.cs: `c` -> `d`\n# Equal.\n")]
    [InlineData("    Equal.\nA.cs: `a` -> `b`\n")]
    [InlineData("A.cs: `a` -> `b`\n    Equal.\nA.cs: `a` -> `b`\n    Equal.\n")]
    public void A_name_without_a_reason_a_reason_without_a_name_and_a_name_given_twice_are_refused(string text) =>
        Assert.Throws<MutationException>(() => AcceptedSurvivors.Read(text));
}
