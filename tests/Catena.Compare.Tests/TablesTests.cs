using Catena.Testing;

namespace Catena.Compare.Tests;

/// <summary>What bench/compare/run makes of rounds, and where it puts it.</summary>
public sealed class TablesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Tables_of_the_rows_that_were_measured_are_replaced_and_others_stay()
    {
        var document = _directory["document.md"];
        await File.WriteAllTextAsync(document, "before\n<!-- bench/compare: begin -->\n\n<!-- bench/compare: end -->\nafter\n", TestContext.Current.CancellationToken);

        await WithReportAsync($"report.write('{document}', {{'one': 'first\\n', 'two': 'second\\n'}})");
        await WithReportAsync($"report.write('{document}', {{'one': 'third\\n'}})");

        Assert.Equal(
            "before\n<!-- bench/compare: begin -->\n\n"
            + "<!-- bench/compare one: begin -->\nthird\n<!-- bench/compare one: end -->\n\n<!-- bench/compare two: begin -->\nsecond\n<!-- bench/compare two: end -->\n\n"
            + "<!-- bench/compare: end -->\nafter\n",
            await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_ratio_is_the_median_of_the_rounds_that_both_have()
    {
        const string Rounds = "mine, theirs = ({place: {'throughput': rate} for place, rate in enumerate(rates)} for rates in ((10, 30, 20, 99), (10, 10, 10)));";
        Assert.Equal("2.00 (1.00 to 3.00)", await WithReportAsync(Rounds + "print(report.ratio(mine, theirs))"));
        Assert.Equal("–", await WithReportAsync("print(report.ratio({1: {'throughput': 5}}, {1: {'throughput': 0}}))"));
        Assert.Equal("– 2.5", await WithReportAsync("print(report.micros({1: {'x': 1, 'operations': 0}}, 'x'), report.micros({1: {'x': 1, 'operations': 400000}}, 'x'))"));
    }

    private static async Task<string> WithReportAsync(string code)
    {
        var folder = Path.Combine(Repository.Root, "bench", "compare");
        var ran = await Tool.RunAsync("python3", "-B", "-c", $"import sys; sys.path.insert(0, '{folder}'); import report; {code}");
        return ran.Text();
    }
}
