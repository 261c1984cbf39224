using Catena.Core.Primitives;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Membership;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Tests.Coordination;

/// <summary>Who runs, who is what, and what survives a session.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task The_first_in_the_election_is_master_the_next_sub_master_the_others_slaves()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(4);
        foreach (var node in nodes)
        {
            await node.UntilRolesAsync("master", "sub-master", "slave", "slave");
        }

        var first = nodes[3].View.Nodes[0];
        Assert.Equal((new NodeId(1), "node-1", "127.0.0.1", 7001, 6379, 1UL, true), (first.Id, first.Name, first.Host, first.PeerPort, first.RedisPort, first.Incarnation, first.IsAlive));
        Assert.Equal(Environment.ProcessId, first.ProcessId);
        Assert.True(nodes[3].View.IsAlive);
        Assert.Equal(nodes[3].Id, nodes[3].View.Self);
        await Wait.UntilAsync(() => nodes[3].Log.Has(3111, "node-1 (0000000000000001, incarnation 1) was"), "the role was logged");
    }

    [Fact]
    public async Task Two_plain_reads_tell_who_is_master_and_where_and_that_the_cluster_is_dead()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(3);
        var client = await world.NewClientAsync();
        for (var master = 0; master < nodes.Length; master++)
        {
            var first = (await ChildrenAsync(client, "election")).Order(StringComparer.Ordinal).First();
            var (data, _) = await client.GetDataAsync($"/catena/test/election/{first}");
            using var seat = System.Text.Json.JsonDocument.Parse(data);
            Assert.Equal($"node-{master + 1}", seat.RootElement.GetProperty("name").GetString());
            Assert.Equal("127.0.0.1", seat.RootElement.GetProperty("host").GetString());
            Assert.Equal(6379, seat.RootElement.GetProperty("redisPort").GetInt32());
            Assert.Equal(7001 + master, seat.RootElement.GetProperty("peerPort").GetInt32());
            await nodes[master].Coordinator.DisposeAsync();
        }

        Assert.Empty(await ChildrenAsync(client, "election"));
    }

    [Fact]
    public async Task A_place_whose_creation_was_never_confirmed_is_found_and_kept()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = world.NewNode(1);
        await node.Coordinator.OpenAsync();
        var client = await world.NewClientAsync();
        var seat = new SeatDocument { Id = node.Id.ToString(), Incarnation = 1 };
        var (unconfirmed, _) = await client.CreateAsync("/catena/test/election/seat-", DocumentCodec.Encode(seat), CreateMode.EphemeralSequential);
        var tree = new ClusterTree(new CoordinationPaths("test"), "test", node.Id, node.Log);
        var registrar = new NodeRegistrar(new CoordinationPaths("test"), node.Id, node.Local(), node.Log);
        Assert.Equal(unconfirmed, await registrar.EnsureAsync(client, tree, null, CancellationToken.None));
        Assert.Equal(unconfirmed, await registrar.EnsureAsync(client, tree, unconfirmed, CancellationToken.None));
        Assert.Single(await ChildrenAsync(client, "election"));
        await client.DeleteAsync(unconfirmed);
        Assert.NotEqual(unconfirmed, await registrar.EnsureAsync(client, tree, unconfirmed, CancellationToken.None));
        Assert.Single(await ChildrenAsync(client, "election"));
    }

    [Fact]
    public async Task A_node_that_leaves_is_down_at_once_and_the_next_moves_up()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(3);
        await nodes[2].UntilRolesAsync("master", "sub-master", "slave");
        await nodes[0].Coordinator.DisposeAsync();
        await nodes[2].UntilRolesAsync("down", "master", "sub-master");
        var gone = nodes[2].View.Nodes[0];
        Assert.Equal((0UL, false, 7001), (gone.Incarnation, gone.IsAlive, gone.PeerPort));
    }

    [Fact]
    public async Task A_node_that_is_cut_off_keeps_its_view_and_comes_back_with_a_new_session()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(2);
        await nodes[0].UntilRolesAsync("master", "sub-master");
        var client = await world.NewClientAsync();
        await CoordinationWorld.PutAsync(client, 1, CoordinationWorld.Configuration(1, 1, 2));
        await nodes[0].UntilConfigurationAsync(1, CoordinationWorld.Configuration(1, 1, 2));

        nodes[0].Relay.Shut();
        await nodes[1].UntilRolesAsync("down", "master");
        Assert.False(nodes[0].Coordinator.IsConnected);
        Assert.Equal(["master", "sub-master"], nodes[0].View.Nodes.Select(node => node.Role));
        Assert.Equal(CoordinationWorld.Configuration(1, 1, 2), nodes[0].View.Partitions[1]);

        await CoordinationWorld.PutAsync(client, 2, CoordinationWorld.Configuration(1, 2));
        nodes[0].Relay.Open();
        await nodes[0].UntilRolesAsync("sub-master", "master");
        await nodes[1].UntilRolesAsync("sub-master", "master");
        await nodes[0].UntilConfigurationAsync(2, CoordinationWorld.Configuration(1, 2));
        Assert.True(nodes[0].Coordinator.IsConnected);
    }

    [Fact]
    public async Task A_short_cut_costs_no_session_and_no_change_is_missed()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = world.NewNode(1, options => options with { NewCluster = CoordinationWorld.Small, SessionTimeout = TimeSpan.FromSeconds(30) });
        await node.JoinAsync();
        var client = await world.NewClientAsync();
        var (_, before) = await client.GetDataAsync("/catena/test/members/0000000000000001");

        node.Relay.Shut();
        await Wait.UntilAsync(() => !node.Coordinator.IsConnected, "the connection was gone");
        await CoordinationWorld.PutAsync(client, 3, CoordinationWorld.Configuration(1, 1));
        node.Relay.Open();
        await node.UntilConfigurationAsync(3, CoordinationWorld.Configuration(1, 1));
        var (_, after) = await client.GetDataAsync("/catena/test/members/0000000000000001");
        Assert.Equal(before, after);
        Assert.Single(await ChildrenAsync(client, "election"));
    }

    [Fact]
    public async Task Znodes_of_an_earlier_life_go_at_once()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var client = await world.NewClientAsync();
        var node = world.NewNode(1);
        await node.Coordinator.OpenAsync();
        var old = new SeatDocument { Id = node.Id.ToString(), Incarnation = 1 };
        var (oldSeat, _) = await client.CreateAsync("/catena/test/election/_c_x-seat-", DocumentCodec.Encode(old), CreateMode.EphemeralSequential);
        await client.CreateAsync("/catena/test/members/0000000000000001", Member(node, 1), CreateMode.Ephemeral);

        await node.Coordinator.RegisterAsync(node.Local(incarnation: 2));
        await node.UntilAsync(view => view.Nodes is [{ Incarnation: 2, Role: "master" }], "itself as master");
        Assert.Null(await client.ExistsAsync(oldSeat));
        Assert.Single(await ChildrenAsync(client, "election"));
        var (_, stat) = await client.GetDataAsync("/catena/test/members/0000000000000001");
        Assert.NotEqual(client.SessionId, stat.EphemeralOwner);
    }

    [Fact]
    public async Task A_copy_of_a_data_directory_may_not_run_beside_its_later_life()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var client = await world.NewClientAsync();
        var node = world.NewNode(1);
        await node.Coordinator.OpenAsync();
        await client.CreateAsync("/catena/test/members/0000000000000001", Member(node, 5), CreateMode.Ephemeral);
        var e = await Assert.ThrowsAsync<CoordinationRefusedException>(() => node.Coordinator.RegisterAsync(node.Local(incarnation: 4)));
        Assert.Contains("copied", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_earlier_of_two_lives_is_stopped_when_the_later_appears()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var earlier = world.NewNode(1);
        await earlier.JoinAsync(incarnation: 4);
        var later = world.NewNode(1);
        await later.JoinAsync(incarnation: 5);
        await Wait.UntilAsync(() => !earlier.Failures.IsEmpty, "the earlier life was stopped");
        Assert.IsType<CoordinationRefusedException>(earlier.Failures.Single());
        earlier.Failures.Clear();
        await later.UntilAsync(view => view.Nodes is [{ Incarnation: 5, Role: "master" }], "itself as master");
    }

    [Fact]
    public async Task Two_running_nodes_may_not_have_one_name()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(1);
        var other = world.NewNode(2);
        await other.Coordinator.OpenAsync();
        var e = await Assert.ThrowsAsync<CoordinationRefusedException>(() => other.Coordinator.RegisterAsync(nodes[0].Local()));
        Assert.Contains("'node-1'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_ephemerals_are_made_again()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(2);
        var client = await world.NewClientAsync();
        await client.DeleteAsync("/catena/test/members/0000000000000001");
        var seat = (await ChildrenAsync(client, "election")).MinBy(name => name[^10..])!;
        await client.DeleteAsync($"/catena/test/election/{seat}");
        await nodes[1].UntilRolesAsync("sub-master", "master");
    }

    [Fact]
    public async Task What_the_operator_set_survives_a_restart_and_a_forgotten_node_is_not_registered_again_in_the_same_life()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var client = await world.NewClientAsync();
        var node = world.NewNode(1);
        await node.JoinAsync();
        const string Path = "/catena/test/nodes/0000000000000001";
        var (data, stat) = await client.GetDataAsync(Path);
        await client.SetDataAsync(Path, DocumentCodec.Encode(DocumentCodec.DecodeNode(data) with { State = "draining", Weight = 50, LeadWeight = 33, Host = "elsewhere" }), stat.Version);
        await node.Coordinator.DisposeAsync();

        var again = world.NewNode(1);
        await again.JoinAsync(incarnation: 2);
        var kept = DocumentCodec.DecodeNode((await client.GetDataAsync(Path)).Data);
        Assert.Equal(("draining", 50, 100, "127.0.0.1"), (kept.State, kept.Weight, kept.LeadWeight, kept.Host));

        await client.DeleteAsync(Path);
        await again.UntilAsync(view => view.Nodes.IsEmpty, "that it was forgotten");
        again.Relay.Cut();
        await Wait.UntilAsync(() => again.Log.Has(3110), "it noticed");
        Assert.Null(await client.ExistsAsync(Path));
    }

    [Fact]
    public async Task Garbage_in_the_tree_is_passed_over_and_logged()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var node = (await world.JoinAsync(1))[0];
        var client = await world.NewClientAsync();
        foreach (var path in (string[])["nodes/00000000000000ff", "members/00000000000000ff", "election/x-0000000000", "partitions/0", "partitions/x", "nodes/x", "other"])
        {
            await client.CreateAsync($"/catena/test/{path}", "{"u8.ToArray());
        }

        await CoordinationWorld.PutAsync(client, 1, CoordinationWorld.Configuration(1, 1));
        await node.UntilConfigurationAsync(1, CoordinationWorld.Configuration(1, 1));
        Assert.Single(node.View.Nodes);
        Assert.Null(node.View.Partitions[0]);
        Assert.True(node.Log.Has(3106, "/catena/test/partitions/0"));
        await node.UntilRolesAsync("master");
    }

    private static byte[] Member(TestNode node, ulong incarnation) => DocumentCodec.Encode(
        new MemberDocument { Id = node.Id.ToString(), Incarnation = incarnation, Host = "127.0.0.1", PeerPort = 1 });

    private static async Task<IReadOnlyList<string>> ChildrenAsync(Catena.ZooKeeper.Client.ZooKeeperClient client, string parent) =>
        (await client.GetChildrenAsync($"/catena/test/{parent}")).Names;
}
