using Catena.Core.Replication;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Tables;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Clients of named tables tried out alone: they must notice what a dropped table leaves behind.</summary>
public sealed class TableWorkloadTests(ITestOutputHelper output)
{
    private const int Seeds = 20;

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup)]
    [InlineData(ReplicationMode.Chain)]
    [InlineData(ReplicationMode.ApportionedChain)]
    public void Partitions_that_do_not_look_for_dropped_tables_are_caught(ReplicationMode mode)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            if (Run(seed, mode, PlantedFault.KeepsDroppedTables).Violations is [{ Rule: "tables" } violation, ..])
            {
                output.WriteLine($"seed {seed}: {violation.ToString()[..Math.Min(300, violation.ToString().Length)]}");
                Assert.Empty(Run(seed, mode, PlantedFault.None).Violations);
                return;
            }
        }

        Assert.Fail($"nothing was found in {Seeds} seeds");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Tables_come_and_go_under_faults(ulong seed) =>
        Assert.Empty(Simulation.Running.Simulation.Run(new SimulationOptions(seed, SystemCatalog.Modes["tables"])).Violations);

    [Fact]
    public void A_seed_repeats()
    {
        var options = new SimulationOptions(5, SystemCatalog.Modes["tables"]) { Length = 5 * Duration.Second };
        Assert.Equal(Simulation.Running.Simulation.Run(options).Unseed, Simulation.Running.Simulation.Run(options).Unseed);
    }

    private static SimulationResult Run(ulong seed, ReplicationMode mode, PlantedFault planted)
    {
        var defects = new ClusterDefects { TransactionRules = new BrokenTransactionRules(planted) };
        var profile = new ClusterProfile { Mode = mode, Nodes = 3, Partitions = 4, Replicas = 3, MinInSync = 2, HasTables = true };
        return Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => new ClusterSystem(context, defects, profile))
        {
            Length = 3 * Duration.Second,
            Faults = FaultProfile.None,
            Network = NetworkProfile.Calm with { Connected = true, MaxDelay = 10 * Duration.Millisecond },
            Coordinator = CoordinatorProfile.Calm,
            Workload = new WorkloadProfile { Clients = 1, MaxThink = Duration.Second },
            Tables = new TableProfile { Clients = 6, MaxThink = 20 * Duration.Millisecond },
            ProgressAnswers = 1,
        });
    }
}
