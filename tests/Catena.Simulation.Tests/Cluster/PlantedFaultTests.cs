using Catena.Simulation.Cluster;
using Catena.Simulation.Disks;
using Catena.Simulation.Nodes;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The simulator tried out: every rule that is left out, and every part of the world that is broken, must be caught within a few seeds.</summary>
/// <remarks>
/// The faults that strike, and the sizes, are chosen to provoke what the rule prevents; the seed that catches the broken cluster must pass with the sound one.
/// </remarks>
public sealed class PlantedFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(PlantedFault.RepliesBeforeStable, 20)]
    [InlineData(PlantedFault.AcceptsLowerEpoch, 20)]
    [InlineData(PlantedFault.ReadsWithoutLease, 20)]
    [InlineData(PlantedFault.ResumesEpoch, 20)]
    [InlineData(PlantedFault.LearnerWithoutLease, 160)]
    [InlineData(PlantedFault.LearnerWithoutCommit, 40)]
    [InlineData(PlantedFault.DropsSuffix, 20)]
    [InlineData(PlantedFault.BreaksPromises, 20)]
    [InlineData(PlantedFault.ForgetsPromises, 80)]
    [InlineData(PlantedFault.LyingDisks, 20)]
    [InlineData(PlantedFault.WildClocks, 20)]
    [InlineData(PlantedFault.NoCompareAndSet, 20)]
    [InlineData(PlantedFault.CountsOnlyTheRest, 40)]
    [InlineData(PlantedFault.TruncatesByWatermark, 20)]
    [InlineData(PlantedFault.EpochNotDurable, 40)]
    [InlineData(PlantedFault.OnePromiseRemembered, 40)]
    [InlineData(PlantedFault.ForgetsResults, 20)]
    [InlineData(PlantedFault.RefusesAtOnce, 40)]
    [InlineData(PlantedFault.ServesUnsettled, 20)]
    [InlineData(PlantedFault.ForwardsNewFirst, 20)]
    [InlineData(PlantedFault.PassesOnItsOwn, 40)]
    [InlineData(PlantedFault.PromotesUncounted, 80)]
    [InlineData(PlantedFault.AnswersDirty, 20)]
    [InlineData(PlantedFault.ControllerPromotes, 20)]
    [InlineData(PlantedFault.SessionIsLock, 80)]
    [InlineData(PlantedFault.ForwardsTwice, 20)]
    [InlineData(PlantedFault.DecidesUnprepared, 20)]
    [InlineData(PlantedFault.ReadsWithoutLocks, 20)]
    [InlineData(PlantedFault.ScansWithoutLocks, 20)]
    [InlineData(PlantedFault.AbortsWithoutRecord, 20)]
    [InlineData(PlantedFault.LosesLocks, 20)]
    [InlineData(PlantedFault.PassesPreparedWrites, 20)]
    [InlineData(PlantedFault.WritesThroughLocks, 20)]
    [InlineData(PlantedFault.DeliversUncommitted, 40)]
    [InlineData(PlantedFault.TrustsLocks, 40)]
    [InlineData(PlantedFault.ReadsOnce, 20)]
    [InlineData(PlantedFault.ForgetsDecisions, 40)]
    public void What_is_left_out_is_caught(PlantedFault planted, int seeds)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            if (Run(seed, planted, planted).Violations is [var violation, ..])
            {
                output.WriteLine($"{planted}: seed {seed}: {violation.ToString()[..Math.Min(200, violation.ToString().Length)]}");
                Assert.Empty(Run(seed, planted, PlantedFault.None).Violations);
                return;
            }
        }

        Assert.Fail($"nothing was found in {seeds} seeds: {planted}");
    }

    private static SimulationResult Run(ulong seed, PlantedFault provoked, PlantedFault planted)
    {
        var provocation = Provocation.Of(provoked);
        return Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => Build(context, provocation, planted))
        {
            Length = 15 * Duration.Second,
            Faults = provocation.Faults,
            Network = provocation.Network,
            Coordinator = provocation.Coordinator,
            Workload = provocation.Workload,
            Transactions = provocation.Transactions,
            Disk = new DiskProfile { MaxSync = 5 * Duration.Millisecond, LiesAboutSync = planted == PlantedFault.LyingDisks },
            Clock = planted == PlantedFault.WildClocks ? id => new ClockProfile(id.Value == 1 ? -300_000_000 : 300_000_000, 0, 0) : null,
        });
    }

    private static ClusterSystem Build(SimulationContext context, Provocation provocation, PlantedFault planted)
    {
        context.Coordinator.IgnoresVersions = planted == PlantedFault.NoCompareAndSet;
        var defects = new ClusterDefects
        {
            Rules = new BrokenRules(planted),
            TransactionRules = new BrokenTransactionRules(planted),
            SessionIsLock = planted == PlantedFault.SessionIsLock,
            ForwardsTwice = planted == PlantedFault.ForwardsTwice,
            ControllerPromotes = planted == PlantedFault.ControllerPromotes,
        };
        return new ClusterSystem(context, defects, provocation.Cluster);
    }
}
