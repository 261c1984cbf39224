using Catena.Core.Control;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Control;

/// <summary>
/// Whatever happened to the nodes, the controller brings every partition to its replicas, keeps to its rules on the way, and comes to rest.
/// </summary>
public class ControllerConvergenceTests
{
    private const int MostRounds = 4000;

    [Fact]
    public void After_any_deaths_returns_drains_and_joins_every_partition_ends_with_its_replicas_on_live_nodes()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CATENA_MUTATION") is not null, "eng/mutate changes the replication, and this takes long");
        var seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(120), Prop.ForAll(seeds, seed => Run((ulong)seed)));
    }

    private static void Run(ulong seed)
    {
        var random = new Prng(seed);
        var cluster = Create(random);
        for (var step = 0; step < 120; step++)
        {
            Disturb(cluster, random);
            Decide(cluster, random, lossy: true);
            cluster.Replicate(0.5);
            cluster.Pass(random.Between(100, 90_000));
        }

        Settle(cluster, random);
        CheckRest(cluster);
    }

    private static ModelCluster Create(Prng random)
    {
        var settings = new ClusterSettings
        {
            Partitions = random.Next(3) == 0 ? 32 : 8,
            Replicas = 1 + random.Next(4),
            MaxLearners = 1 + random.Next(8),
            MaxLearnersPerNode = 1 + random.Next(3),
            MaxActions = 1 + random.Next(8),
            MaxAsksPerNode = 1 + random.Next(3),
            MaxCreations = 1 + random.Next(20),
            FirstPlaceTolerance = random.Chance(0.5) ? 0.25 : 0,
        };
        var cluster = new ModelCluster(settings, settings.Replicas + random.Next(5), 1 + random.Next(3), random);
        if (random.Chance(0.3))
        {
            foreach (var node in cluster.Nodes.Values)
            {
                node.LeadWeight = 50 * random.Next(3);
            }
        }

        for (var round = 0; !cluster.IsCreated; round++)
        {
            Assert.True(round < 100, "The cluster is never created.");
            Decide(cluster, random, lossy: true);
        }

        return cluster;
    }

    private static void Disturb(ModelCluster cluster, Prng random)
    {
        var node = cluster.Nodes.Keys.ElementAt(random.Next(cluster.Nodes.Count));
        switch (random.Next(12))
        {
            case 0 or 1:
                cluster.Kill(node);
                break;
            case 2 or 3 or 4:
                cluster.Revive(node);
                break;
            case 5:
                cluster.Register(node, RegistrationState.Draining);
                break;
            case 6:
                cluster.Register(node, RegistrationState.Active);
                break;
            case 7 when !cluster.IsLive(node):
                cluster.Register(node, RegistrationState.Lost);
                break;
            case 8 when cluster.Nodes.Count < 12:
                cluster.Join();
                break;
            case 9:
                cluster.InOfficeSinceMillis = cluster.NowMillis;
                break;
            default:
                break;
        }
    }

    private static bool Decide(ModelCluster cluster, Prng random, bool lossy)
    {
        var view = cluster.View();
        var actions = Controller.Decide(view);
        ActionRules.Check(view, actions);
        var turned = view with
        {
            Live = [.. view.Live.Reverse()],
            Registrations = [.. view.Registrations.Reverse()],
            Partitions = [.. view.Partitions.Reverse()],
        };
        Assert.Equal(actions, Controller.Decide(turned));
        foreach (var action in actions)
        {
            if (!lossy || random.Chance(0.7))
            {
                cluster.Carry(action);
            }
        }

        return !actions.IsEmpty;
    }

    private static void Settle(ModelCluster cluster, Prng random)
    {
        var stillUntil = 0L;
        for (var round = 0; cluster.NowMillis < stillUntil || round == 0; round++)
        {
            Assert.True(round < MostRounds, $"Not at rest after {MostRounds} rounds.");
            var decided = Decide(cluster, random, lossy: false);
            var replicated = cluster.Replicate(1);
            if (round == 0 || decided || replicated)
            {
                stillUntil = cluster.NowMillis + (2 * cluster.Settings.ReReplicationDelayMillis);
            }

            cluster.Pass(30_000);
        }
    }

    private static void CheckRest(ModelCluster cluster)
    {
        var settings = cluster.Settings;
        var ready = cluster.Nodes.Keys.Where(cluster.IsReady).ToHashSet();
        var desired = Math.Min(settings.Replicas, ready.Count);
        foreach (var configuration in cluster.Configurations)
        {
            Assert.Empty(configuration.Learners);
            Assert.True(configuration.Members.All(cluster.IsLive), $"A dead member stays in {configuration}.");
            var held = configuration.Members.Count(ready.Contains);
            Assert.True(held == desired, $"{held} of {desired} replicas on nodes that are to hold them: {configuration}.");

            // What is draining stays only where the partition would take no writes without it.
            Assert.InRange(configuration.Members.Length, desired, Math.Max(desired, settings.MinInSync));
        }

        var named = cluster.Configurations.SelectMany(configuration => configuration.Members).ToHashSet();
        Assert.All(
            cluster.Nodes.Where(node => node.Value.State == RegistrationState.Draining), node => Assert.Contains(node.Key, named));
        CheckFirstPlaces(cluster, ready);
    }

    private static void CheckFirstPlaces(ModelCluster cluster, HashSet<NodeId> ready)
    {
        if (ready.Count < cluster.Settings.MinInSync)
        {
            return;
        }

        NodeId[] nodes = [.. ready.Order()];
        var candidates = cluster.Configurations
            .Select(configuration => configuration.Members.Select(node => Array.BinarySearch(nodes, node)).ToArray()).ToArray();
        double[] weights = [.. nodes.Select(node => (double)cluster.Nodes[node].LeadWeight)];
        var best = FirstPlaces.Choose(candidates, weights, 1).CountBy(node => node).Max(pair => pair.Value);
        var present = cluster.Configurations.CountBy(configuration => configuration.First).Max(pair => pair.Value);
        var allowed = Math.Max(best, (int)Math.Ceiling(best * (1 + cluster.Settings.FirstPlaceTolerance)));
        Assert.True(present <= allowed, $"A node has {present} first places where {best} would be even.");
        Assert.All(
            cluster.Configurations,
            configuration => Assert.True(LeadWeightOf(configuration.First) > 0 || configuration.Members.All(node => LeadWeightOf(node) == 0), $"{configuration} is led by one that should not."));

        int LeadWeightOf(NodeId node) => cluster.Nodes[node].LeadWeight;
    }
}
