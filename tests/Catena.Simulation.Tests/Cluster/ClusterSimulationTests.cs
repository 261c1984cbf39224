using System.Globalization;
using Catena.Simulation.Cluster;
using Catena.Simulation.Running;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The real cluster in the simulated world: fresh seeds, seeds that once found something, and that a seed repeats.</summary>
public sealed class ClusterSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<string, ulong, string> RegressionSeeds()
    {
        var seeds = new TheoryData<string, ulong, string>();
        using var stream = typeof(ClusterSimulationTests).Assembly.GetManifestResourceStream("RegressionSeeds.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length == 3 && parts[0] != "#")
            {
                seeds.Add(parts[0], ulong.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
            }
        }

        return seeds;
    }

    [Theory]
    [InlineData("primary-backup", 25)]
    [InlineData("chain", 25)]
    [InlineData("apportioned-chain", 25)]
    [InlineData("changing-mode", 15)]
    [InlineData("transactions", 25)]
    public void A_cluster_breaks_no_promise_under_any_of_fresh_seeds(string mode, int seeds)
    {
        var start = (ulong)Environment.TickCount64;
        for (var seed = start; seed < start + (ulong)seeds; seed++)
        {
            CheckSound(Run(mode, seed), mode);
        }
    }

    [Theory]
    [MemberData(nameof(RegressionSeeds))]
    public void A_seed_that_once_found_a_defect_finds_none(string mode, ulong seed, string defect)
    {
        var result = Run(mode, seed);
        Assert.True(result.Violations.Count == 0, $"{defect}\n{string.Join('\n', result.Violations)}\neng/sim --mode {mode} --seeds 1 --start {seed} --trace");
    }

    [Fact]
    public void A_disk_that_rots_under_running_nodes_costs_no_value_and_every_copy_is_made_good()
    {
        const int Seeds = 30;
        var start = (ulong)Environment.TickCount64;
        var (struck, givenUp, inPlace, settled) = (0, 0, 0, 0);
        for (var seed = start; seed < start + Seeds; seed++)
        {
            var result = Rot(seed, line =>
            {
                givenUp += line.Contains("GaveUp: the copy is corrupt", StringComparison.Ordinal) ? 1 : 0;
                inPlace += line.Contains(" Damaged: ", StringComparison.Ordinal) && !line.Contains("this one is kept", StringComparison.Ordinal) ? 1 : 0;
            });
            CheckSound(result, "bit-rot");
            struck += result.Faults;
            settled += result.NeedsOperator ? 0 : 1;
        }

        output.WriteLine($"{struck} faults, {givenUp} copies given up, {inPlace} of them in place, {settled} of {Seeds} seeds whole again");
        Assert.True(givenUp > inPlace, "recovery has given nothing up");
        Assert.True(inPlace > 0, "no running node has given a copy up");
        Assert.True(settled >= Seeds / 2, $"only {settled} of {Seeds} seeds were whole again without an operator");
    }

    [Theory]
    [InlineData(500_149, "a journal without one whole record was taken for a fresh one")]
    [InlineData(200_009, "a learner that had acknowledged was offered a snapshot in the same epoch, again and again")]
    public void A_seed_of_rot_that_once_found_a_defect_finds_none(ulong seed, string defect)
    {
        var result = Rot(seed, null);
        Assert.True(result.Violations.Count == 0, $"{defect}\n{string.Join('\n', result.Violations)}");
    }

    [Theory]
    [InlineData("primary-backup", 3)]
    [InlineData("chain", 3)]
    [InlineData("apportioned-chain", 3)]
    [InlineData("changing-mode", 2)]
    [InlineData("transactions", 3)]
    public void A_seed_repeats_exactly(string mode, ulong seeds)
    {
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            var first = Run(mode, seed);
            var second = Run(mode, seed);
            Assert.Equal(first.Unseed, second.Unseed);
            Assert.Equal(first.History, second.History);
        }
    }

    [Fact]
    public void A_trace_changes_nothing()
    {
        var lines = 0;
        var traced = Simulation.Running.Simulation.Run(new SimulationOptions(2, context => new ClusterSystem(context)) { Trace = _ => lines++ });
        Assert.Equal(Run("primary-backup", 2).Unseed, traced.Unseed);
        Assert.True(lines > 1_000);
    }

    private static SimulationResult Run(string mode, ulong seed) =>
        Simulation.Running.Simulation.Run(new SimulationOptions(seed, SystemCatalog.Modes[mode]));

    private static SimulationResult Rot(ulong seed, Action<string>? trace) =>
        Simulation.Running.Simulation.Run(new SimulationOptions(seed, SystemCatalog.Modes["bit-rot"]) { Trace = trace });

    private static void CheckSound(SimulationResult result, string mode)
    {
        Assert.True(
            result.Violations.Count == 0,
            $"{string.Join('\n', result.Violations)}\neng/sim --mode {mode} --seeds 1 --start {result.Seed} --trace");
        Assert.NotEmpty(result.History);
    }
}
