using System.Text;
using Catena.Core.Primitives;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Recovery;
using Catena.ZooKeeper.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Server.Tests.Coordination;

/// <summary>A wiped tree is refused by the nodes, rebuilt from what they know, and taken over by them.</summary>
public sealed class MetadataRecoveryTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Nodes_whose_tree_was_deleted_know_each_other_still_and_take_over_the_rebuilt_tree()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(2);
        var client = await world.NewClientAsync();
        await CreateAllAsync(client, nodes);
        await DeleteAllAsync(client, "/catena/test/nodes", children: true);
        await client.DeleteAsync("/catena/test/settings");
        foreach (var node in nodes)
        {
            await Wait.UntilAsync(() => node.Coordinator.Refusal is not null, "the tree was refused");
            Assert.Equal(["node-1", "node-2"], node.View.Nodes.Select(other => other.Name));
        }

        await DeleteAllAsync(client, "/catena/test");

        var result = await RunAsync(world, [Tell(nodes[0]), Tell(nodes[1])]);

        Assert.True(result.IsNewTree);
        Assert.Equal(4, result.Plan.Writes.Count);
        Assert.Equal(["node-1", "node-2"], result.Registrations);
        foreach (var node in nodes)
        {
            await Wait.UntilAsync(() => node.Coordinator.IsConnected && node.Coordinator.Refusal is null, "the tree was taken again");
        }

        await Wait.UntilAsync(() => nodes[0].View.Nodes.All(node => node.IsAlive), "both run");
        var write = await nodes[1].Coordinator.TryWriteAsync(new(3), CoordinationWorld.Configuration(5, 2));
        Assert.Equal(Server.Coordination.ConfigurationWriteOutcome.Accepted, write.Outcome);
        await nodes[0].UntilConfigurationAsync(3, CoordinationWorld.Configuration(5, 2));
    }

    [Fact]
    public async Task Run_again_it_finds_everything_in_its_place()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var answer = Answer(1, Guid.NewGuid());
        Assert.Equal(4, (await RunAsync(world, [answer])).Plan.Writes.Count);
        var again = await RunAsync(world, [answer]);
        Assert.Equal((0, 4, false), (again.Plan.Writes.Count, again.Plan.Kept, again.IsNewTree));
        Assert.Empty(again.Registrations);
    }

    [Fact]
    public async Task Interrupted_before_the_settings_stood_it_is_finished_by_running_it_again()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var answer = Answer(1, Guid.NewGuid());
        await RunAsync(world, [answer]);
        var client = await world.NewClientAsync();
        await client.DeleteAsync("/catena/test/settings");
        await client.DeleteAsync("/catena/test/partitions/2");
        Assert.True((await RunAsync(world, [answer])).IsNewTree);
        Assert.NotNull(await client.ExistsAsync("/catena/test/settings"));
        Assert.NotNull(await client.ExistsAsync("/catena/test/partitions/2"));
    }

    [Fact]
    public async Task A_tree_that_went_back_in_time_is_raised_to_what_the_nodes_know()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var cluster = Guid.NewGuid();
        await RunAsync(world, [Answer(1, cluster, epoch: 3)]);
        var result = await RunAsync(world, [Answer(1, cluster, epoch: 9)]);
        Assert.Equal(4, result.Plan.Writes.Count);
        var client = await world.NewClientAsync();
        var (data, _) = await client.GetDataAsync("/catena/test/partitions/0");
        Assert.Equal(new Epoch(9), DocumentCodec.DecodeConfiguration(data).Epoch);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        await using var world = await CoordinationWorld.StartAsync();
        Assert.Equal(4, (await RunAsync(world, [Answer(1, Guid.NewGuid())], options => options with { DryRun = true })).Plan.Writes.Count);
        Assert.Null(await (await world.NewClientAsync()).ExistsAsync("/catena"));
    }

    [Fact]
    public async Task Another_cluster_in_the_same_place_is_left_alone()
    {
        await using var world = await CoordinationWorld.StartAsync();
        await RunAsync(world, [Answer(1, Guid.NewGuid())]);
        await RefusedAsync(world, [Answer(1, Guid.NewGuid(), epoch: 9)], "another cluster");
    }

    [Fact]
    public async Task Configurations_left_over_from_something_else_are_left_alone()
    {
        await using var world = await CoordinationWorld.StartAsync();
        await RunAsync(world, [Answer(1, Guid.NewGuid(), epoch: 3)]);
        await (await world.NewClientAsync()).DeleteAsync("/catena/test/settings");
        await RefusedAsync(world, [Answer(1, Guid.NewGuid(), epoch: 2)], "left over");
    }

    [Fact]
    public async Task Answers_that_do_not_go_together_are_refused()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var cluster = Guid.NewGuid();
        await RefusedAsync(world, [Answer(1, cluster), Answer(2, Guid.NewGuid())], "belongs to cluster");
        await RefusedAsync(world, [Answer(1, cluster), Answer(2, cluster, partitions: 5)], "different settings");
        await RefusedAsync(world, [Answer(1, cluster, isConnected: true)], "is connected");
        await RefusedAsync(world, [Answer(1, null)], "none of the nodes holds data");
        await RefusedAsync(world, [Encoding.UTF8.GetBytes("{\"cluster\":7}")], "cannot be understood");
        await RefusedAsync(world, [Answer(1, cluster)], "belongs to a cluster of the name", options => options with { Cluster = "other" });
        await RefusedAsync(world, [Answer(1, cluster)], "nobody knows a node", options => options with { Gone = ["node-9"] });
        await RefusedAsync(world, [Answer(1, cluster)], "is not gone", options => options with { Gone = ["node-1"] });
        Assert.Null(await (await world.NewClientAsync()).ExistsAsync("/catena"));
    }

    private static Task<MetadataRecoveryResult> RunAsync(
        CoordinationWorld world, IEnumerable<byte[]> answers, Func<MetadataRecoveryOptions, MetadataRecoveryOptions>? adjust = null)
    {
        var options = new MetadataRecoveryOptions { ZooKeeper = world.EndPoint.ToString(), Cluster = "test" };
        return MetadataRecovery.RunAsync(
            adjust?.Invoke(options) ?? options, answers.Select(answer => (ReadOnlyMemory<byte>)answer), NullLogger.Instance, Never);
    }

    private static async Task RefusedAsync(
        CoordinationWorld world, IEnumerable<byte[]> answers, string why, Func<MetadataRecoveryOptions, MetadataRecoveryOptions>? adjust = null)
    {
        var e = await Assert.ThrowsAsync<MetadataRecoveryException>(() => RunAsync(world, answers, adjust));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    private static async Task CreateAllAsync(ZooKeeperClient client, TestNode[] nodes)
    {
        for (var partition = 0; partition < CoordinationWorld.Small.Partitions; partition++)
        {
            var configuration = CoordinationWorld.Configuration(4, 1, 2);
            await CoordinationWorld.PutAsync(client, partition, configuration);
            foreach (var node in nodes)
            {
                await node.UntilConfigurationAsync(partition, configuration);
            }
        }
    }

    private static async Task DeleteAllAsync(ZooKeeperClient client, string path, bool children = false)
    {
        var (names, _) = await client.GetChildrenAsync(path);
        foreach (var name in names)
        {
            await DeleteAllAsync(client, $"{path}/{name}");
        }

        if (!children)
        {
            await client.DeleteAsync(path);
        }
    }

    /// <summary>What a running node would answer.</summary>
    private static byte[] Tell(TestNode node)
    {
        var (nodes, configurations) = node.Coordinator.Knowledge();
        return DocumentCodec.Encode(new MetadataDocument
        {
            Cluster = "test",
            ClusterId = node.View.ClusterId,
            Node = nodes.Single(document => document.Id == node.Id.ToString()),
            IsConnected = node.Coordinator.IsConnected,
            Settings = Settings(node.View.ClusterId, CoordinationWorld.Small.Partitions),
            Nodes = nodes,
            Partitions = configurations.ToDictionary(pair => pair.Key.ToString(), pair => DocumentCodec.ToDocument(pair.Value)),
        });
    }

    /// <summary>What a lone member of every partition would answer.</summary>
    private static byte[] Answer(ulong node, Guid? cluster, ulong epoch = 4, int partitions = 4, bool isConnected = false) => DocumentCodec.Encode(new MetadataDocument
    {
        Cluster = "test",
        ClusterId = cluster,
        Node = new NodeDocument { Id = new NodeId(node).ToString(), Name = $"node-{node}", Host = "127.0.0.1", PeerPort = 7400 },
        IsConnected = isConnected,
        Settings = cluster is { } id ? Settings(id, partitions) : null,
        Partitions = Enumerable.Range(0, partitions).ToDictionary(
            number => $"{number}", _ => DocumentCodec.ToDocument(CoordinationWorld.Configuration(epoch, node))),
    });

    private static SettingsDocument Settings(Guid cluster, int partitions) => new()
    {
        ClusterId = cluster,
        Partitions = partitions,
        Replicas = CoordinationWorld.Small.Replicas,
        MinInSync = CoordinationWorld.Small.MinInSync,
        Mode = "primary-backup",
    };
}
