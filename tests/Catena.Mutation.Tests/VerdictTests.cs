using System.Text.Json;
using Catena.Mutation.Reporting;

namespace Catena.Mutation.Tests;

public sealed class VerdictTests
{
    private static readonly Mutant Killed = new("Log/Lineage.cs", 1, "`a` -> `b`", "Some mutation", MutantStatus.Killed);
    private static readonly Mutant TimedOut = new("Log/Lineage.cs", 2, "`c` -> `d`", "Some mutation", MutantStatus.TimedOut);
    private static readonly Mutant Survivor = new("Log/Lineage.cs", 3, "`e` -> `f`", "Some mutation", MutantStatus.Survived);
    private static readonly Mutant NotReached = new("Replica.cs", 4, "`g` -> `h`", "Some mutation", MutantStatus.NotReached);

    [Fact]
    public void The_score_counts_explained_survivors_as_survivors()
    {
        var verdict = Judge([Killed, TimedOut, Survivor, NotReached], 50, Survivor.Name, NotReached.Name);
        Assert.Equal(50, verdict.Score);
        Assert.Equal([Survivor, NotReached], verdict.Explained);
        Assert.True(verdict.Passes);
        Assert.EndsWith("4 mutants, 1 killed, 1 timed out, 2 survived (2 explained), score 50.0 %\n", VerdictText.Text(verdict));
    }

    [Fact]
    public void Too_low_a_score_does_not_pass() => Assert.False(Judge([Killed, TimedOut, Survivor, NotReached], 51, Survivor.Name, NotReached.Name).Passes);

    [Fact]
    public void Nothing_tried_does_not_pass() => Assert.False(Judge([], 0).Passes);

    [Fact]
    public void An_unexplained_survivor_does_not_pass_and_is_shown()
    {
        var verdict = Judge([Killed, Survivor], 0);
        Assert.False(verdict.Passes);
        Assert.Equal([Survivor], verdict.Unexplained);
        Assert.Contains("Log/Lineage.cs:3: survived, Some mutation\n    Log/Lineage.cs: `e` -> `f`\n", VerdictText.Text(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_accepted_and_was_killed_is_reported()
    {
        var verdict = Judge([Killed], 0, Killed.Name);
        Assert.False(verdict.Passes);
        Assert.Equal([Killed.Name], verdict.AcceptedButKilled);
        Assert.Contains("but killed:\n    Log/Lineage.cs: `a` -> `b`\n", VerdictText.Text(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_accepted_and_gone_is_reported_where_its_file_was_to_be_changed()
    {
        var verdict = Judge([Killed], 0, "Log/Lineage.cs: `x` -> `y`", "Replica.cs: `x` -> `y`");
        Assert.False(verdict.Passes);
        Assert.Equal(["Log/Lineage.cs: `x` -> `y`"], verdict.AcceptedButGone);
        Assert.Contains("no such mutant was tried:\n    Log/Lineage.cs: `x` -> `y`\n", VerdictText.Text(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_says_the_same()
    {
        using var json = JsonDocument.Parse(VerdictText.Json(Judge([Killed, Survivor, NotReached], 0, Survivor.Name)));
        var survivors = json.RootElement.GetProperty("survivors");
        Assert.Equal(33.33, json.RootElement.GetProperty("score").GetDouble());
        Assert.False(json.RootElement.GetProperty("passes").GetBoolean());
        Assert.Equal(2, survivors.GetArrayLength());
        Assert.Equal("Equal.", survivors[0].GetProperty("reason").GetString());
        Assert.False(survivors[1].GetProperty("reached").GetBoolean());
        Assert.False(survivors[1].TryGetProperty("reason", out _));
    }

    private static Verdict Judge(Mutant[] mutants, double atLeast, params string[] accepted) =>
        new(mutants, accepted.ToDictionary(name => name, _ => "Equal."), atLeast, file => file.StartsWith("Log/", StringComparison.Ordinal));
}
