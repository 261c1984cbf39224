using Catena.Simulation.Faults;
using Catena.Simulation.Histories;
using Catena.Simulation.Reference;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Running;

public sealed class CommandLineTests
{
    [Fact]
    public void A_run_without_violations_ends_with_its_sum_and_exit_code_0()
    {
        var (code, output, _) = Run("--mode", "reference", "--seeds", "2", "--length", "1", "--twice");
        Assert.Equal(0, code);
        Assert.Matches("^2 seeds, 0 violations, [0-9]+ s simulated$", output.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void A_failing_seed_prints_the_command_that_repeats_it()
    {
        using var output = new StringWriter();
        var runner = new SeedRunner(output, TextWriter.Null, progressRewrites: false);
        var failed = runner.Run("eng/sim --mode broken", 2, 7, twice: false, Broken);
        Assert.Equal(2, failed);
        Assert.Contains("seed 7: VIOLATION", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("repeat: eng/sim --mode broken --seeds 1 --start 8 --trace", output.ToString(), StringComparison.Ordinal);
        Assert.Matches("^2 seeds, 2 violations, [0-9]+ s simulated$", output.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void Wrong_arguments_are_explained_and_give_exit_code_2()
    {
        Assert.Equal(2, Run("--mode", "nonsense").Code);
        Assert.Equal(2, Run("--seeds", "0").Code);
        Assert.Equal(2, Run("--seeds", "many").Code);
        var (code, _, error) = Run("--seeds", "2", "--history", "h");
        Assert.Equal(2, code);
        Assert.Contains("--history needs --seeds 1", error, StringComparison.Ordinal);
        Assert.Contains("--timeline needs --seeds 1", Run("--seeds", "2", "--timeline", "t").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_examples()
    {
        var (code, output, _) = Run("--help");
        Assert.Equal(0, code);
        Assert.Contains("eng/sim --mode reference --seeds 1 --start 42 --trace", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorded_history_can_be_checked_and_a_changed_one_is_rejected()
    {
        var directory = Directory.CreateTempSubdirectory("catena-sim-");
        try
        {
            var path = Path.Combine(directory.FullName, "history.jsonl");
            Assert.Equal(0, Run("--seeds", "1", "--length", "2", "--history", path).Code);
            var (code, output, _) = Run("check", path);
            Assert.Equal(0, code);
            Assert.EndsWith("linearizable", output.TrimEnd(), StringComparison.Ordinal);
            var get = new HistoryOperation(99, "r0", RegisterCommand.Get, long.MaxValue - 1, long.MaxValue, Outcome.Ok, new RegisterResult { Value = "never written" });
            File.AppendAllText(path, HistoryLine.Format(get) + "\n");
            (code, output, _) = Run("check", path);
            Assert.Equal(1, code);
            Assert.EndsWith("NOT linearizable", output.TrimEnd(), StringComparison.Ordinal);
            File.AppendAllText(path, "nonsense\n");
            Assert.Equal(2, Run("check", path).Code);
            Assert.Equal(2, Run("check", path + ".missing").Code);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static SimulationOptions Broken(ulong seed) =>
        new(seed, context => new ReferenceSystem(context, node => new SilentServer(node))) { Faults = FaultProfile.None, ProgressLimit = Duration.Second };

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = new CommandLine(output, error, errorRewrites: false).Run(arguments);
        return (code, output.ToString(), error.ToString());
    }
}
