using Catena.Simulation.Checkers;
using Catena.Simulation.Coordination;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Coordination;

namespace Catena.Simulation.Tests.Running;

/// <summary>The coordinator's nuisances and the linearizability checker tried out on each other.</summary>
public sealed class CoordinatorRegisterTests
{
    [Fact]
    public void Compare_and_set_with_synced_reads_is_linearizable_whatever_the_coordinator_does()
    {
        var explained = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var report = Run(seed, syncs: true, ignoresVersions: false);
            Assert.True(report.Verdict == Verdict.Linearizable, $"seed {seed}: {report.Explanation}");
            explained += report.Keys.Sum(key => key.Order.Count);
        }

        Assert.True(explained > 2_000, $"{explained}");
    }

    [Fact]
    public void Reads_without_a_sync_are_caught_as_stale() =>
        Assert.Contains(Enumerable.Range(1, 10), seed => Run((ulong)seed, syncs: false, ignoresVersions: false).Verdict == Verdict.Violation);

    [Fact]
    public void A_coordinator_without_compare_and_set_is_caught() =>
        Assert.Contains(Enumerable.Range(1, 10), seed => Run((ulong)seed, syncs: true, ignoresVersions: true).Verdict == Verdict.Violation);

    private static LinearizabilityReport Run(ulong seed, bool syncs, bool ignoresVersions)
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Draw(new World(seed).Random("profile")), seed);
        bench.Coordinator.IgnoresVersions = ignoresVersions;
        var recorder = new HistoryRecorder(bench.World);
        for (ulong id = 1; id <= 4; id++)
        {
            var node = bench.AddNode(id);
            new CoordinatorRegister(bench.World, bench.Coordinator, node, recorder, syncs).Start();
            Disturb(bench, node);
        }

        bench.World.RunFor(20 * Duration.Second);
        return new LinearizabilityChecker().Check(recorder.Complete());
    }

    private static void Disturb(CoordinatorBench bench, Simulation.Nodes.SimulatedNode node)
    {
        var random = bench.World.Random($"disturb/{node.Id.Value}");
        Again();

        void Again() => bench.World.Schedule(random.Between(0, 4 * Duration.Second), "disturb", node.Id.Value, () =>
        {
            switch (random.Next(4))
            {
                case 0:
                    bench.Coordinator.Disconnect(node.Id);
                    break;
                case 1:
                    bench.Coordinator.Expire(node.Id);
                    break;
                case 2:
                    bench.Coordinator.Cut(node.Id);
                    bench.World.Schedule(random.Between(0, 5 * Duration.Second), "mend", node.Id.Value, () => bench.Coordinator.Mend(node.Id));
                    break;
                default:
                    node.Pause();
                    bench.World.Schedule(random.Between(0, 5 * Duration.Second), "resume", node.Id.Value, node.Resume);
                    break;
            }

            Again();
        });
    }
}
