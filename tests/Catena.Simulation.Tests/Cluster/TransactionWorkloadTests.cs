using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Each workload of transactions tried out alone: it must catch by itself what it is there for.</summary>
/// <remarks>No faults strike; transactions that get in each other's way are enough. The seed that catches the broken cluster must pass with the sound one.</remarks>
public sealed class TransactionWorkloadTests(ITestOutputHelper output)
{
    private const int Seeds = 60;

    [Theory]
    [InlineData(WorkloadKind.ListAppend, PlantedFault.ReadsWithoutLocks, "serializability")]
    [InlineData(WorkloadKind.Bank, PlantedFault.ReadsOnce, "bank")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.IgnoresWatched, "serializability")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.ReadsWithoutLocks, "serializability")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.WritesThroughLocks, "serializability")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.ReadsOnce, "serializability")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.PassesPreparedWrites, "serializability")]
    [InlineData(WorkloadKind.WriteSkew, PlantedFault.IgnoresWatched, "write skew")]
    [InlineData(WorkloadKind.WriteSkew, PlantedFault.ReadsWithoutLocks, "write skew")]
    [InlineData(WorkloadKind.WriteSkew, PlantedFault.ReadsOnce, "write skew")]
    [InlineData(WorkloadKind.LongFork, PlantedFault.ReadsOnce, "serializability")]
    [InlineData(WorkloadKind.Phantom, PlantedFault.ScansWithoutLocks, "phantoms")]
    [InlineData(WorkloadKind.Phantom, PlantedFault.ReadsOnce, "phantoms")]
    [InlineData(WorkloadKind.PhantomSkew, PlantedFault.ScansWithoutLocks, "phantom skew")]
    [InlineData(WorkloadKind.PlainPhantom, PlantedFault.ScansWithoutLocks, "plain phantoms")]
    [InlineData(WorkloadKind.PlainPhantom, PlantedFault.WritesThroughLocks, "plain phantoms")]
    public void A_workload_alone_catches_what_it_is_there_for(WorkloadKind kind, PlantedFault planted, string rule) => Catches(kind, planted, rule, new TransactionProfile());

    [Fact]
    public void Who_looks_twice_misses_nothing_that_came_and_went_in_between() =>
        Catches(WorkloadKind.Phantom, PlantedFault.OverlooksVisits, "phantoms", new TransactionProfile { Ranges = 3, RangeKeys = 1, ReadShare = 1, LockingShare = 0, BlindShare = 0 }, 40 * Duration.Millisecond);

    [Theory]
    [InlineData(WorkloadKind.ListAppend, PlantedFault.ReadsWithoutLocks, "serializability")]
    [InlineData(WorkloadKind.Bank, PlantedFault.ReadsOnce, "bank")]
    [InlineData(WorkloadKind.ReadWrite, PlantedFault.WritesThroughLocks, "serializability")]
    public void What_is_done_step_by_step_is_judged_too(WorkloadKind kind, PlantedFault planted, string rule) =>
        Catches(kind, planted, rule, new TransactionProfile { InteractiveShare = 1, PreparedShare = 0.2, GivenUpShare = 0.1 });

    private void Catches(WorkloadKind kind, PlantedFault planted, string rule, TransactionProfile profile, long maxThink = 5 * Duration.Millisecond)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            if (Run(seed, kind, planted, profile with { MaxThink = maxThink }).Violations is [var violation, ..] && violation.Rule == rule)
            {
                output.WriteLine($"{kind}, {planted}: seed {seed}: {violation.ToString()[..Math.Min(200, violation.ToString().Length)]}");
                Assert.Empty(Run(seed, kind, PlantedFault.None, profile with { MaxThink = maxThink }).Violations);
                return;
            }
        }

        Assert.Fail($"nothing was found in {Seeds} seeds: {kind}, {planted}");
    }

    private static SimulationResult Run(ulong seed, WorkloadKind kind, PlantedFault planted, TransactionProfile transactions)
    {
        var defects = new ClusterDefects { TransactionRules = new BrokenTransactionRules(planted), IgnoresWatched = planted == PlantedFault.IgnoresWatched };
        var profile = new ClusterProfile { Nodes = 3, Partitions = 4, Replicas = 3, MinInSync = 2, Transacts = true };
        return Simulation.Running.Simulation.Run(new SimulationOptions(seed, context => new ClusterSystem(context, defects, profile))
        {
            Length = 3 * Duration.Second,
            Faults = FaultProfile.None,
            Network = NetworkProfile.Calm with { Connected = true, MaxDelay = 10 * Duration.Millisecond },
            Coordinator = CoordinatorProfile.Calm,
            Workload = new WorkloadProfile { Clients = 1, MaxThink = Duration.Second },
            Transactions = transactions with { Weights = TransactionProfile.Only(kind), Clients = 10, ForkKeys = 8 },
            ProgressAnswers = 1,
        });
    }
}
