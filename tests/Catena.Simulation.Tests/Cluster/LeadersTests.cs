using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;
using Catena.Simulation.Faults;
using Catena.Simulation.Network;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Nodes that are to lead nothing take over from those that do, and give back once these have caught up.</summary>
public sealed class LeadersTests(ITestOutputHelper output)
{
    private const long Limit = 2 * Duration.Second;
    private const long Interval = 50 * Duration.Millisecond;
    private const int Seeds = 5;

    [Fact]
    public void Who_is_to_lead_nothing_leads_only_while_those_are_away_that_do()
    {
        var (takeovers, longest) = (0, 0L);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Watch? watch = null;
            var result = Simulation.Running.Simulation.Run(new SimulationOptions(seed, context =>
            {
                var system = new ClusterSystem(context, profile: new ClusterProfile { Nodes = 4, Leaders = 1, Partitions = 6, Replicas = 3, MinInSync = 2 });
                watch = new Watch(context.World, system);
                return system;
            })
            {
                Length = 60 * Duration.Second,
                Faults = new FaultProfile(new SortedDictionary<FaultKind, long> { [FaultKind.Kill] = 20 * Duration.Second }, Duration.Second),
                Network = NetworkProfile.Calm,
                Coordinator = CoordinatorProfile.Calm,
                Workload = new WorkloadProfile { Clients = 4, MaxThink = 10 * Duration.Millisecond },
            });
            Assert.Empty(result.Violations);
            takeovers += watch!.Takeovers;
            longest = Math.Max(longest, watch.Longest);
        }

        output.WriteLine($"{takeovers} takeovers; once everybody was back the first places were given back within {Duration.Print(longest)} s");
        Assert.True(takeovers > Seeds, "too little was taken over to say anything");
        Assert.InRange(longest, 1, Limit);
    }

    /// <summary>Looks again and again at who leads.</summary>
    private sealed class Watch
    {
        private static readonly NodeId Leader = new(1);

        private readonly World _world;
        private readonly ClusterSystem _system;
        private readonly SortedSet<PartitionId> _led = [];
        private long _since;

        internal Watch(World world, ClusterSystem system)
        {
            _world = world;
            _system = system;
            Next();
        }

        internal int Takeovers { get; private set; }

        /// <summary>The longest time for which somebody else led what the leader is a member of, with all nodes running.</summary>
        internal long Longest { get; private set; }

        private void Next() => _world.Schedule(Interval, "test.leaders", 0, Look);

        private void Look()
        {
            var isAway = false;
            foreach (var host in _system.Running.SelectMany(program => program.Hosts).Where(host => host.Status is { Phase: ReplicaPhase.Serving, Configuration: not null }))
            {
                var configuration = host.Status.Configuration!;
                if (configuration.First == Leader)
                {
                    _led.Add(host.Id);
                }
                else
                {
                    Takeovers += _led.Remove(host.Id) ? 1 : 0;
                    isAway |= configuration.HasMember(Leader) && configuration.Learners.IsEmpty;
                }
            }

            if (!isAway || _system.Running.Count() < _system.NodeIds.Count)
            {
                _since = _world.Now;
            }

            Longest = Math.Max(Longest, _world.Now - _since);
            Next();
        }
    }
}
