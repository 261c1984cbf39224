using Catena.Simulation.Disks;
using Catena.Simulation.Faults;
using Catena.Simulation.Reference;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Running;

/// <summary>The simulated world tried out on the reference server: the right one passes, each broken one is caught.</summary>
public sealed class ReferenceSimulationTests
{
    private static readonly FaultProfile Crashes = new(
        new SortedDictionary<FaultKind, long>
        {
            [FaultKind.Kill] = 5 * Duration.Second,
            [FaultKind.PowerLoss] = Duration.Second,
            [FaultKind.FailedSync] = 5 * Duration.Second,
            [FaultKind.SlowDisk] = Duration.Second,
        },
        Duration.Second);

    [Fact]
    public void The_right_server_breaks_no_promise_under_any_of_fresh_seeds()
    {
        var start = (ulong)Environment.TickCount64;
        for (ulong seed = start; seed < start + 25; seed++)
        {
            var result = Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => new ReferenceSystem(context)));
            Assert.True(
                result.Violations.Count == 0,
                $"{string.Join('\n', result.Violations)}\neng/sim --mode reference --seeds 1 --start {seed} --trace");
            Assert.NotEmpty(result.History);
        }
    }

    [Fact]
    public void A_seed_repeats_exactly()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var first = Run(seed, BrokenRule.None);
            var second = Run(seed, BrokenRule.None);
            Assert.Equal(first.Unseed, second.Unseed);
            Assert.Equal(first.History, second.History);
        }
    }

    [Fact]
    public void A_trace_changes_nothing()
    {
        var lines = 0;
        var traced = Simulation.Running.Simulation.Run(new SimulationOptions(3, context => new ReferenceSystem(context)) { Trace = _ => lines++ });
        Assert.Equal(Run(3, BrokenRule.None).Unseed, traced.Unseed);
        Assert.True(lines > 100);
    }

    [Theory]
    [InlineData(BrokenRule.RepliesWait)]
    [InlineData(BrokenRule.ReadsWait)]
    [InlineData(BrokenRule.RecognisesRetries)]
    [InlineData(BrokenRule.SyncsBeforeServing)]
    [InlineData(BrokenRule.RewritesBeforeServing)]
    public void A_server_that_leaves_out_a_rule_is_caught(BrokenRule broken)
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            if (Run(seed, broken, Crashes).Violations.Count > 0)
            {
                Assert.Empty(Run(seed, BrokenRule.None, Crashes).Violations);
                return;
            }
        }

        Assert.Fail($"nothing was found in 40 seeds: {broken}");
    }

    [Fact]
    public void A_disk_that_acknowledges_before_it_is_durable_is_caught()
    {
        var found = false;
        for (ulong seed = 1; seed <= 10 && !found; seed++)
        {
            found = Run(seed, BrokenRule.None, Crashes, new DiskProfile { LiesAboutSync = true }).Violations.Count > 0;
        }

        Assert.True(found);
    }

    [Fact]
    public void A_server_that_stops_answering_is_caught()
    {
        var result = Simulation.Running.Simulation.Run(new SimulationOptions(1, context => new ReferenceSystem(context, node => new SilentServer(node)))
        {
            Faults = FaultProfile.None,
        });
        Assert.Equal("progress", Assert.Single(result.Violations).Rule);
    }

    private static SimulationResult Run(ulong seed, BrokenRule broken, FaultProfile? faults = null, DiskProfile? disk = null) =>
        Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => new ReferenceSystem(context, node => new BrokenServer(node, broken)))
        {
            Faults = faults,
            Disk = disk,
        });
}
