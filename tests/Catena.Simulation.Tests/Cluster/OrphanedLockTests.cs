using Catena.Core.Transactions;
using Catena.Simulation.Cluster;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Whatever a node was doing for transactions when it was killed: five seconds later no key is locked for any that it coordinated.</summary>
public sealed class OrphanedLockTests(ITestOutputHelper output)
{
    private const long Limit = 5 * Duration.Second;
    private const int Seeds = 10;

    [Fact]
    public void No_lock_of_a_dead_coordinator_is_older_than_five_seconds()
    {
        var orphans = 0;
        var oldest = 0L;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var watch = ClusterWatch.Run(
                seed,
                new ClusterProfile { Transacts = true },
                4 * Duration.Second,
                options => options with
                {
                    Length = 40 * Duration.Second,
                    Workload = new WorkloadProfile { Clients = 1, MaxThink = Duration.Second },
                    Transactions = new TransactionProfile { Clients = 8, MaxThink = 5 * Duration.Millisecond, InteractiveShare = 0.5 },
                },
                (world, system) => new Watch(world, system));
            orphans += watch.Orphans;
            oldest = Math.Max(oldest, watch.Oldest);
        }

        output.WriteLine($"{orphans} orphaned locks, the oldest {Duration.Print(oldest)} s");
        Assert.True(orphans > Seeds, "too few locks were orphaned to say anything");
        Assert.InRange(oldest, 1, Limit);
    }

    /// <summary>Looks at what replicas that decide have prepared, whose coordinator does not run any more.</summary>
    private sealed class Watch(World world, ClusterSystem system) : ClusterWatch(world, system)
    {
        private readonly SortedDictionary<TransactionId, long> _since = [];

        internal int Orphans { get; private set; }

        internal long Oldest { get; private set; }

        protected override void Look()
        {
            var lives = System.Running.Select(program => (program.Node.Id, program.Incarnation)).ToHashSet();
            var orphaned = System.Running.SelectMany(program => program.Hosts).SelectMany(host => host.Prepared)
                .Select(prepared => prepared.Id).Where(id => !lives.Contains((id.Node, id.Incarnation))).ToHashSet();
            foreach (var gone in _since.Keys.Where(id => !orphaned.Contains(id)).ToList())
            {
                _since.Remove(gone);
            }

            foreach (var id in orphaned)
            {
                Orphans += _since.TryAdd(id, Now) ? 1 : 0;
                Oldest = Math.Max(Oldest, Now - _since[id]);
            }

            // Where two nodes are down at once, nothing can be decided in partitions that lack a majority.
            if (!AllRunBut(1))
            {
                _since.Clear();
            }
        }
    }
}
