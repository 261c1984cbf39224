using Catena.Mutation.Reporting;

namespace Catena.Mutation.Tests;

public sealed class MutationReportTests
{
    private const string Path = "/somewhere/src/Catena.Core/Replication/Log/Lineage.cs";

    [Fact]
    public void A_change_is_shown_with_what_it_replaces()
    {
        var mutant = Assert.Single(MutationReport.Read(ReportText.Of(Path, "if (a\n    && b)\n{\n}", ("a\n    && b", "a || b", "Survived"))));
        Assert.Equal(new Mutant("Log/Lineage.cs", 1, "`a && b` -> `a || b`", "Some mutation", MutantStatus.Survived), mutant);
        Assert.Equal("Log/Lineage.cs: `a && b` -> `a || b`", mutant.Name);
    }

    [Fact]
    public void Equal_changes_in_a_file_are_numbered_even_past_one_that_was_not_tried()
    {
        var mutants = MutationReport.Read(ReportText.Of(
            Path,
            "a > b\na > b\na > b",
            ("a > b", "a >= b", "Killed"),
            ("a > b", "a >= b", "CompileError"),
            ("a > b", "a >= b", "NoCoverage")));
        Assert.Equal([(1, "`a > b` -> `a >= b`"), (3, "`a > b` -> `a >= b` #3")], mutants.Select(mutant => (mutant.Line, mutant.Change)));
    }

    [Theory]
    [InlineData("Killed", true)]
    [InlineData("Timeout", true)]
    [InlineData("Survived", false)]
    [InlineData("NoCoverage", false)]
    public void What_became_of_a_mutant_is_read(string status, bool isDetected) =>
        Assert.Equal(isDetected, Assert.Single(MutationReport.Read(ReportText.Of(Path, "a", ("a", "b", status)))).IsDetected);

    [Theory]
    [InlineData("Ignored")]
    [InlineData("CompileError")]
    public void What_was_not_tried_does_not_count(string status) =>
        Assert.Empty(MutationReport.Read(ReportText.Of(Path, "a", ("a", "b", status))));

    [Fact]
    public void Other_folders_do_not_count() =>
        Assert.Empty(MutationReport.Read(ReportText.Of("/somewhere/src/Catena.Core/Control/Controller.cs", "a", ("a", "b", "Survived"))));

    [Fact]
    public void Long_text_is_cut()
    {
        var mutant = Assert.Single(MutationReport.Read(ReportText.Of(Path, new string('a', 200), (new string('a', 200), ";", "Killed"))));
        Assert.Equal($"`{new string('a', 100)}…` -> `;`", mutant.Change);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void What_is_no_report_is_refused(string text) => Assert.Throws<MutationException>(() => MutationReport.Read(text));

    [Fact]
    public void The_report_of_an_unfinished_run_is_refused() =>
        Assert.Throws<MutationException>(() => MutationReport.Read(ReportText.Of(Path, "a", ("a", "b", "Pending"))));
}
