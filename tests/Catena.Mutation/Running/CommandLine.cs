using System.CommandLine;
using Catena.Mutation.Reporting;

namespace Catena.Mutation.Running;

/// <summary>The command line of eng/mutate.</summary>
internal static class CommandLine
{
    private const int ExitTooWeak = 1;
    private const int ExitNotRun = 2;

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "A file or folder below src/Catena.Core/Replication; may be given several times. [default: all]",
        HelpName = "path",
    };

    private static readonly Option<int> Schedules = new("--schedules")
    {
        Description = "How many random schedules a mutant has to survive.",
        HelpName = "number",
        DefaultValueFactory = _ => 40,
    };

    private static readonly Option<int> Concurrency = new("--concurrency")
    {
        Description = "How many mutants are tried at a time.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<double> AtLeast = new("--at-least")
    {
        Description = "The least score that passes.",
        HelpName = "percent",
        DefaultValueFactory = _ => 85,
    };

    private static readonly Option<string[]> Report = new("--report")
    {
        Description = "Judge the report of an earlier run; may be given several times.",
        HelpName = "file",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the verdict as JSON." };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>0 if the tests are strong enough, 1 if not, 2 if the run could not be made.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var root = new RootCommand(
            "Breaks src/Catena.Core/Replication in one place after the other and sees whether the tests notice.\n\n"
            + "Examples:\n"
            + "  eng/mutate                                        # all of it: about an hour on two cores\n"
            + "  eng/mutate --only Log/Lineage.cs\n"
            + "  eng/mutate --only Leases --only Membership --json > verdict.json\n"
            + "  eng/mutate --report artifacts/mutation/reports/mutation-report.json   # after a change of accepted.txt\n\n"
            + "Survivors that are no gap stand in tests/Catena.Mutation/accepted.txt with a reason. The last line gives the score; the exit code is 1 where it is too\n"
            + "low, a survivor is unexplained or an accepted one was killed or is gone, and 2 where the run could not be made.");
        foreach (var option in new Option[] { Only, Schedules, Concurrency, AtLeast, Report, Json })
        {
            root.Options.Add(option);
        }

        root.SetAction(RunAsync);
        var parsed = root.Parse([.. arguments]);
        var code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? ExitNotRun : code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var verdict = await JudgeAsync(Read(parsed), cancellation);
            Console.Write(parsed.GetValue(Json) ? VerdictText.Json(verdict) : VerdictText.Text(verdict));
            return verdict.Passes ? 0 : ExitTooWeak;
        }
        catch (Exception impossible) when (impossible is MutationException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"eng/mutate: {impossible.Message}");
            return ExitNotRun;
        }
    }

    private static async Task<Verdict> JudgeAsync(MutationOptions options, CancellationToken cancellation)
    {
        // Read first: a mistake in it should not cost an hour.
        var accepted = AcceptedSurvivors.Read(await File.ReadAllTextAsync(Path.Combine(options.Root, "tests", "Catena.Mutation", "accepted.txt"), cancellation));
        var reports = options.Reports.Count > 0 ? options.Reports : [await StrykerRun.MakeAsync(options, cancellation)];
        var mutants = new List<Mutant>();
        foreach (var report in reports)
        {
            mutants.AddRange(MutationReport.Read(await File.ReadAllTextAsync(report, cancellation)));
        }

        var inScope = mutants.Where(mutant => options.Scope.Holds(mutant.File)).DistinctBy(mutant => mutant.Name);
        return new Verdict([.. inScope], accepted, options.AtLeast, options.Scope.Holds);
    }

    private static MutationOptions Read(ParseResult parsed) => new()
    {
        Root = Environment.GetEnvironmentVariable("CATENA_MUTATION_ROOT") ?? throw new MutationException("CATENA_MUTATION_ROOT is not set: run eng/mutate"),
        Scope = new Scope(parsed.GetValue(Only) ?? []),
        Schedules = parsed.GetValue(Schedules),
        Concurrency = parsed.GetValue(Concurrency),
        AtLeast = parsed.GetValue(AtLeast),
        Reports = parsed.GetValue(Report) ?? [],
    };
}
