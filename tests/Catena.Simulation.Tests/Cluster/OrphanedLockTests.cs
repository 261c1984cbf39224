using Catena.Core.Transactions;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Whatever a node was doing for transactions when it was killed: five seconds later no key is locked for any that it coordinated.</summary>
public sealed class OrphanedLockTests(ITestOutputHelper output)
{
    private const long Limit = 5 * Duration.Second;
    private const long Interval = 50 * Duration.Millisecond;
    private const int Seeds = 10;

    [Fact]
    public void No_lock_of_a_dead_coordinator_is_older_than_five_seconds()
    {
        var orphans = 0;
        var oldest = 0L;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Watch? watch = null;
            var result = Simulation.Running.Simulation.Run(new SimulationOptions(seed, context =>
            {
                var system = new ClusterSystem(context, profile: new ClusterProfile { Nodes = 4, Partitions = 6, Replicas = 3, MinInSync = 2, Transacts = true });
                watch = new Watch(context.World, system);
                return system;
            })
            {
                Length = 40 * Duration.Second,
                Faults = new FaultProfile(new SortedDictionary<FaultKind, long> { [FaultKind.Kill] = 4 * Duration.Second }, Duration.Second),
                Network = NetworkProfile.Calm,
                Coordinator = CoordinatorProfile.Calm,
                Workload = new WorkloadProfile { Clients = 1, MaxThink = Duration.Second },
                Transactions = new TransactionProfile { Clients = 8, MaxThink = 5 * Duration.Millisecond, InteractiveShare = 0.5 },
            });
            Assert.Empty(result.Violations);
            orphans += watch!.Orphans;
            oldest = Math.Max(oldest, watch.Oldest);
        }

        output.WriteLine($"{orphans} orphaned locks, the oldest {Duration.Print(oldest)} s");
        Assert.True(orphans > Seeds, "too few locks were orphaned to say anything");
        Assert.InRange(oldest, 1, Limit);
    }

    /// <summary>Looks again and again at what replicas that decide have prepared, whose coordinator does not run any more.</summary>
    private sealed class Watch
    {
        private readonly World _world;
        private readonly ClusterSystem _system;
        private readonly SortedDictionary<TransactionId, long> _since = [];

        internal Watch(World world, ClusterSystem system)
        {
            _world = world;
            _system = system;
            Next();
        }

        internal int Orphans { get; private set; }

        internal long Oldest { get; private set; }

        private void Next() => _world.Schedule(Interval, "test.locks", 0, Look);

        private void Look()
        {
            var lives = _system.Running.Select(program => (program.Node.Id, program.Incarnation)).ToHashSet();
            var orphaned = _system.Running.SelectMany(program => program.Hosts).SelectMany(host => host.Prepared)
                .Select(prepared => prepared.Id).Where(id => !lives.Contains((id.Node, id.Incarnation))).ToHashSet();
            foreach (var gone in _since.Keys.Where(id => !orphaned.Contains(id)).ToList())
            {
                _since.Remove(gone);
            }

            foreach (var id in orphaned)
            {
                Orphans += _since.TryAdd(id, _world.Now) ? 1 : 0;
                Oldest = Math.Max(Oldest, _world.Now - _since[id]);
            }

            // Where two nodes are down at once, nothing can be decided in partitions that lack a majority.
            if (lives.Count < _system.NodeIds.Count - 1)
            {
                _since.Clear();
            }

            Next();
        }
    }
}
