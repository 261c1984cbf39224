using System.CommandLine;
using System.CommandLine.Parsing;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Running;

/// <summary>The simulator's command line.</summary>
/// <param name="output">Receives results.</param>
/// <param name="error">Receives progress and errors.</param>
/// <param name="errorRewrites">Whether <paramref name="error" /> is a terminal.</param>
public sealed class CommandLine(TextWriter output, TextWriter error, bool errorRewrites)
{
    private const int ExitViolations = 1;
    private const int ExitBadInput = 2;

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "What to simulate.",
        DefaultValueFactory = _ => "reference",
    };

    private readonly Option<long> _seeds = new("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 100 };
    private readonly Option<ulong> _start = new("--start") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _length = new("--length") { Description = "Virtual seconds under faults.", DefaultValueFactory = _ => 30 };
    private readonly Option<bool> _trace = new("--trace") { Description = "Print what happens, line by line." };
    private readonly Option<bool> _twice = new("--twice") { Description = "Run each seed twice and compare the final hashes." };
    private readonly Option<FileInfo?> _timeline = new("--timeline") { Description = "Write a page that shows what happened (HTML, one file); with one seed only." };
    private readonly Option<DirectoryInfo> _failures = new("--failures")
    {
        Description = "Where the trace and the timeline of a seed that fails go.",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "catena-sim")),
    };

    private readonly Option<FileInfo?> _history = new("--history") { Description = "Write what clients saw to a file (docs/histories.md); with one seed only." };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>0 if all is well, 1 if a promise was broken, 2 if the arguments or a file made no sense.</returns>
    public int Run(IReadOnlyList<string> arguments)
    {
        var root = new RootCommand(
            "Runs Catena in a simulated world: one thread, virtual time, every fault drawn from a seed.\n\n"
            + "Examples:\n"
            + "  eng/sim --mode reference --seeds 1000\n"
            + "  eng/sim --mode reference --seeds 1 --start 42 --trace\n"
            + "  eng/sim --mode reference --seeds 50 --twice\n"
            + "  eng/sim --mode primary-backup --seeds 1 --start 42 --timeline seed.html\n"
            + "  eng/sim check history.jsonl\n"
            + "  eng/sim check transactions.edn\n\n"
            + "The last line is \"N seeds, V violations, T s simulated\"; the exit code is 1 where V is not 0. A seed that fails prints the command that repeats it, "
            + "and is run again to write its trace and its timeline.");
        _mode.AcceptOnlyFromAmong([.. SystemCatalog.Modes.Keys]);
        _seeds.Validators.Add(RefuseLessThanOne);
        _length.Validators.Add(RefuseLessThanOne);
        foreach (var option in new Option[] { _mode, _seeds, _start, _length, _trace, _twice, _history, _timeline, _failures })
        {
            root.Options.Add(option);
        }

        root.SetAction(RunSeeds);
        root.Subcommands.Add(CheckCommand());
        var parsed = root.Parse(arguments);
        var code = parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
        return parsed.Errors.Count > 0 ? ExitBadInput : code;
    }

    private int RunSeeds(ParseResult parsed)
    {
        var mode = parsed.GetValue(_mode)!;
        var trace = parsed.GetValue(_trace);
        var twice = parsed.GetValue(_twice);
        var history = parsed.GetValue(_history);
        var length = parsed.GetValue(_length);
        var page = parsed.GetValue(_timeline);
        if ((history ?? page) is not null && parsed.GetValue(_seeds) != 1)
        {
            error.WriteLine($"{(history is not null ? "--history" : "--timeline")} needs --seeds 1.");
            return ExitBadInput;
        }

        var command = FormattableString.Invariant($"eng/sim --mode {mode} --length {length}");
        var timeline = page is null ? null : new Timeline();
        var evidence = new FailureEvidence(parsed.GetValue(_failures)!, mode, command, OptionsOf);
        var runner = new SeedRunner(output, error, errorRewrites) { Failed = evidence.Write };
        var violations = runner.Run(
            command,
            parsed.GetValue(_seeds),
            parsed.GetValue(_start),
            twice,
            seed => OptionsOf(seed) with { Trace = trace ? output.WriteLine : null, Timeline = timeline },
            result =>
            {
                WriteHistory(history, result);
                WritePage(page, timeline, result, command);
            });
        return violations > 0 ? ExitViolations : 0;

        SimulationOptions OptionsOf(ulong seed) => new(seed, SystemCatalog.Modes[mode]) { Length = length * Duration.Second };
    }

    private Command CheckCommand()
    {
        var file = new Argument<FileInfo>("file") { Description = "A history, as written by --history or by catena bench: lines of JSON of single operations, or lines of EDN of transactions." };
        var steps = new Option<long>("--steps")
        {
            Description = "The steps that the check of one key may take, of single operations; beyond them it fails as undecided.",
            DefaultValueFactory = _ => LinearizabilityChecker.DefaultStepLimit,
        };
        var check = new Command("check", "Checks a recorded history: single operations for linearizability, transactions on lists or registers for strict serializability, those of a bank for a constant sum.") { file, steps };
        check.SetAction(parsed => Check(parsed.GetValue(file)!, parsed.GetValue(steps)));
        return check;
    }

    private int Check(FileInfo file, long steps)
    {
        try
        {
            if (IsOfTransactions(file))
            {
                return CheckTransactions(File.ReadAllText(file.FullName));
            }

            using var reader = file.OpenText();
            var history = HistoryFile.Read(reader);
            var report = new LinearizabilityChecker(steps).Check(history);
            if (report.Verdict != Verdict.Linearizable)
            {
                output.WriteLine(report.Explanation);
            }

            var verdict = report.Verdict switch
            {
                Verdict.Linearizable => "linearizable",
                Verdict.Violation => "NOT linearizable",
                _ => "UNDECIDED: out of steps",
            };
            output.WriteLine(FormattableString.Invariant($"{history.Count} operations, {report.Keys.Count} keys: {verdict}"));
            return report.Verdict == Verdict.Linearizable ? 0 : ExitViolations;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or HistoryFormatException)
        {
            error.WriteLine($"{file.Name}: {wrong.Message}");
            return ExitBadInput;
        }
    }

    private static bool IsOfTransactions(FileInfo file)
    {
        var beginning = new char[4096];
        using var reader = file.OpenText();
        return TransactionHistoryCheck.IsMeant(beginning.AsSpan(0, reader.ReadBlock(beginning)));
    }

    private int CheckTransactions(string text)
    {
        var judgement = TransactionHistoryCheck.Check(text);
        if (!judgement.Report.IsValid)
        {
            output.WriteLine(judgement.Report.Explanation);
        }

        output.WriteLine(judgement.Verdict);
        return judgement.IsValid ? 0 : ExitViolations;
    }

    private static void RefuseLessThanOne(OptionResult result)
    {
        // What is no number at all is refused by the parser.
        if (result.Tokens is [var token] && long.TryParse(token.Value, out var number) && number < 1)
        {
            result.AddError($"{result.Option.Name} must be at least 1.");
        }
    }

    private static void WriteHistory(FileInfo? file, SimulationResult result)
    {
        if (file is not null)
        {
            using var writer = file.CreateText();
            HistoryFile.Write(writer, result.History);
        }
    }

    private static void WritePage(FileInfo? file, Timeline? timeline, SimulationResult result, string command)
    {
        if (file is not null && timeline is not null)
        {
            using var writer = file.CreateText();
            TimelinePage.Write(writer, timeline, result, SeedRunner.RepeatOf(command, result.Seed));
        }
    }
}
