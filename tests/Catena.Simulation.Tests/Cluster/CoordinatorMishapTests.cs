using Catena.Simulation.Faults;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Clusters whose coordinator loses its tree, or goes back in time, again and again.</summary>
public sealed class CoordinatorMishapTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(FaultKind.CoordinatorWiped, "refuses the coordinator's tree")]
    [InlineData(FaultKind.CoordinatorRestored, "coordinator has another tree")]
    public void A_lost_tree_is_refused_and_rebuilt_and_costs_nothing(FaultKind kind, string sign)
    {
        var (signs, recoveries) = (0, 0);
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var faults = new SortedDictionary<FaultKind, long>
            {
                [kind] = 3 * Duration.Second,
                [FaultKind.Kill] = 5 * Duration.Second,
                [FaultKind.Partition] = 5 * Duration.Second,
            };
            var result = Simulation.Running.Simulation.Run(new SimulationOptions(seed, SystemCatalog.Modes["primary-backup"])
            {
                Length = 15 * Duration.Second,
                Faults = new FaultProfile(faults, Duration.Second),
                Trace = line =>
                {
                    signs += line.Contains(sign, StringComparison.Ordinal) ? 1 : 0;
                    recoveries += line.Contains("operator: writes p", StringComparison.Ordinal) ? 1 : 0;
                },
            });
            Assert.True(result.Violations.Count == 0, $"seed {seed}: {string.Join('\n', result.Violations)}");
        }

        output.WriteLine($"{signs} times the sign, {recoveries} recoveries");
        Assert.True(signs > 8 && recoveries > 4, $"{signs} times the sign, {recoveries} recoveries");
    }
}
