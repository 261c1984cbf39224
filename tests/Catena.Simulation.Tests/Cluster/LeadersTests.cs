using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Simulation.Cluster;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>Nodes that are to lead nothing take over from those that do, and give back once these have caught up.</summary>
public sealed class LeadersTests(ITestOutputHelper output)
{
    private const long Limit = 2 * Duration.Second;
    private const int Seeds = 5;

    [Fact]
    public void Who_is_to_lead_nothing_leads_only_while_those_are_away_that_do()
    {
        var (takeovers, longest) = (0, 0L);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var watch = ClusterWatch.Run(
                seed,
                new ClusterProfile { Leaders = 1 },
                20 * Duration.Second,
                options => options with
                {
                    Length = 60 * Duration.Second,
                    Workload = new WorkloadProfile { Clients = 4, MaxThink = 10 * Duration.Millisecond },
                },
                (world, system) => new Watch(world, system));
            takeovers += watch.Takeovers;
            longest = Math.Max(longest, watch.Longest);
        }

        output.WriteLine($"{takeovers} takeovers; once everybody was back the first places were given back within {Duration.Print(longest)} s");
        Assert.True(takeovers > Seeds, "too little was taken over to say anything");
        Assert.InRange(longest, 1, Limit);
    }

    /// <summary>Looks who leads.</summary>
    private sealed class Watch(World world, ClusterSystem system) : ClusterWatch(world, system)
    {
        private static readonly NodeId Leader = new(1);

        private readonly SortedSet<PartitionId> _led = [];
        private long _since;

        internal int Takeovers { get; private set; }

        /// <summary>The longest time for which somebody else led what the leader is a member of, with all nodes running.</summary>
        internal long Longest { get; private set; }

        protected override void Look()
        {
            var isMisled = false;

            // Who was deposed may not know yet: the newest epoch counts.
            foreach (var serving in System.Running.SelectMany(program => program.Hosts)
                .Where(host => host.Status is { Phase: ReplicaPhase.Serving, Configuration: not null })
                .GroupBy(host => host.Id, host => host.Status.Configuration!))
            {
                var configuration = serving.MaxBy(known => known.Epoch)!;
                if (configuration.First == Leader)
                {
                    _led.Add(serving.Key);
                }
                else
                {
                    Takeovers += _led.Remove(serving.Key) ? 1 : 0;
                    isMisled |= configuration.HasMember(Leader) && configuration.Learners.IsEmpty;
                }
            }

            if (!isMisled || !AllRunBut(0))
            {
                _since = Now;
            }

            Longest = Math.Max(Longest, Now - _since);
        }
    }
}
