using Catena.Core.Control;
using Catena.Server.Coordination;

namespace Catena.Server.Tests.Coordination;

/// <summary>Who creates a cluster, and whom its tree is refused.</summary>
public sealed class FoundingTests
{
    [Fact]
    public async Task Nodes_that_race_to_create_a_cluster_all_join_the_same_one()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = Enumerable.Range(1, 6).Select(number => world.NewNode(
            (ulong)number, options => options with { NewCluster = CoordinationWorld.Small with { Partitions = number * 10 } })).ToArray();

        var infos = await Task.WhenAll(nodes.Select(node => node.Coordinator.OpenAsync()));

        Assert.Single(infos.Select(info => info.Id).Distinct());
        Assert.NotEqual(Guid.Empty, infos[0].Id);
        Assert.Single(infos.Select(info => info.Settings).Distinct());
        Assert.Single(nodes, node => node.Log.Has(3100));
        Assert.All(nodes, node => Assert.Equal((infos[0].Id, infos[0].Settings.Partitions), (node.View.ClusterId, node.View.Partitions.Length)));
    }

    [Fact]
    public async Task The_settings_of_the_creator_are_read_by_all()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var settings = new ClusterSettings
        {
            Partitions = 7,
            Replicas = 5,
            MinInSync = 2,
            Mode = Core.Replication.ReplicationMode.Chain,
            ExpectedNodes = 4,
            ReReplicationDelayMillis = 1234,
        };
        await world.NewNode(1, options => options with { NewCluster = settings }).Coordinator.OpenAsync();
        var info = await world.NewNode(2).Coordinator.OpenAsync();
        Assert.Equal(settings, info.Settings);
    }

    [Fact]
    public async Task A_node_whose_data_belongs_to_another_cluster_is_refused()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var info = await world.NewNode(1).Coordinator.OpenAsync();
        var mine = Guid.NewGuid();
        var e = await Assert.ThrowsAsync<CoordinationRefusedException>(
            () => world.NewNode(2, options => options with { StoredClusterId = mine }).Coordinator.OpenAsync());
        Assert.Contains(mine.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains(info.Id.ToString(), e.Message, StringComparison.Ordinal);
        await world.NewNode(3, options => options with { StoredClusterId = info.Id }).Coordinator.OpenAsync();
    }

    [Fact]
    public async Task A_node_with_data_waits_over_an_empty_tree_and_creates_nothing_in_it()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = world.NewNode(1, options => options with { StoredClusterId = Guid.NewGuid() });
        var opening = node.Coordinator.OpenAsync();
        await Wait.UntilAsync(() => node.Coordinator.Refusal?.Contains("recover-metadata", StringComparison.Ordinal) == true, "the tree was refused");
        Assert.False(opening.IsCompleted);
        var client = await world.NewClientAsync();
        Assert.Null(await client.ExistsAsync("/catena"));
    }

    [Fact]
    public async Task A_tree_that_is_wiped_under_a_running_node_is_refused_until_it_is_back()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = (await world.JoinAsync(1))[0];
        var client = await world.NewClientAsync();
        await CoordinationWorld.PutAsync(client, 0, CoordinationWorld.Configuration(1, 1));
        await node.UntilConfigurationAsync(0, CoordinationWorld.Configuration(1, 1));

        var (settings, stat) = await client.GetDataAsync("/catena/test/settings");
        await client.DeleteAsync("/catena/test/settings", stat.Version);
        await Wait.UntilAsync(() => node.Log.Has(3102, "was wiped"), "the tree was refused");
        Assert.False(node.Coordinator.IsConnected);
        Assert.Equal(CoordinationWorld.Configuration(1, 1), node.View.Partitions[0]);
        Assert.Equal("master", Assert.Single(node.View.Nodes).Role);
        var write = await node.Coordinator.TryWriteAsync(new(0), CoordinationWorld.Configuration(2, 1));
        Assert.Equal(ConfigurationWriteOutcome.NotSubmitted, write.Outcome);

        await client.CreateAsync("/catena/test/settings", settings);
        await Wait.UntilAsync(() => node.Coordinator.IsConnected, "the tree was taken again");
        write = await node.Coordinator.TryWriteAsync(new(0), CoordinationWorld.Configuration(2, 1));
        Assert.Equal(ConfigurationWriteOutcome.Accepted, write.Outcome);
    }

    [Fact]
    public async Task Another_cluster_in_the_place_of_this_one_is_refused()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = (await world.JoinAsync(1))[0];
        var client = await world.NewClientAsync();
        var (settings, stat) = await client.GetDataAsync("/catena/test/settings");
        var other = System.Text.Encoding.UTF8.GetString(settings).Replace(
            node.View.ClusterId.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal);
        await client.SetDataAsync("/catena/test/settings", System.Text.Encoding.UTF8.GetBytes(other), stat.Version);
        await Wait.UntilAsync(() => node.Log.Has(3102, "another cluster was created"), "the tree was refused");
        Assert.False(node.Coordinator.IsConnected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("ümlaut")]
    public void A_cluster_has_a_name_that_fits_a_path(string name) => Assert.Throws<ArgumentException>(() => new ClusterCoordinator(
        new CoordinatorOptions { ConnectString = "127.0.0.1:1", Self = new(1), Cluster = name }, new RecordingLogger()));

    [Fact]
    public async Task A_malformed_connect_string_is_told_at_once()
    {
        await using var coordinator = new ClusterCoordinator(
            new CoordinatorOptions { ConnectString = "host:what", Self = new(1) }, new RecordingLogger());
        await Assert.ThrowsAsync<FormatException>(() => coordinator.OpenAsync());
    }
}
