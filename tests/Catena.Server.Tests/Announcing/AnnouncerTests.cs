using System.Text;
using Catena.Server.Tests.Coordination;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Tests.Announcing;

/// <summary>When announcements come and go, at the embedded server and at Apache ZooKeeper.</summary>
public sealed class AnnouncerTests
{
    private static readonly TimeSpan NoGrace = TimeSpan.Zero;
    private static readonly TimeSpan LongGrace = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_is_announced_while_it_is_ready(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("thrift=/a/kvstore"), AnnouncementTests.Endpoint("table=/chain", 7501));
        var client = await world.NewClientAsync();
        Assert.Null(await AskAsync(() => client.ExistsAsync("/a/kvstore")));

        node.IsReady = true;
        await node.StandsAsync();
        var thrift = await OnlyAsync(client, "/a/kvstore");
        var (data, stat) = await AskAsync(() => client.GetDataAsync(thrift));
        Assert.Equal("127.0.0.1:7201"u8.ToArray(), data);
        Assert.Equal(node.Node.Coordinator.Place()!.Client.SessionId, stat.EphemeralOwner);
        Assert.Equal([new Acl(Acl.AllPermissions, "world", "anyone")], (await client.GetAclAsync(thrift)).Acl);
        Assert.Equal(0, (await AskAsync(() => client.ExistsAsync("/a/kvstore")))!.Value.EphemeralOwner);
        var table = await OnlyAsync(client, "/chain");
        Assert.Equal("/chain/node0000000000", table);
        Assert.Equal("127.0.0.1:7501\0"u8.ToArray(), (await AskAsync(() => client.GetDataAsync(table))).Data);

        node.IsReady = false;
        await UntilChildrenAsync(client, "/a/kvstore", 0);
        await UntilChildrenAsync(client, "/chain", 0);
        await Wait.UntilAsync(() => node.Announcer.Report().All(one => one is { IsStanding: false, Problem: null }), "nobody claimed that it stood");
        node.IsReady = true;
        await node.StandsAsync();
        Assert.Equal("/chain/node0000000001", await OnlyAsync(client, "/chain"));

        await node.Announcer.WithdrawAsync(CancellationToken.None);
        Assert.Empty((await AskAsync(() => client.GetChildrenAsync("/a/kvstore"))).Names);
        Assert.Empty((await AskAsync(() => client.GetChildrenAsync("/chain"))).Names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_session_has_znodes_of_its_own(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        await using var node = new AnnouncingNode((await world.JoinAsync(1))[0], NoGrace, AnnouncementTests.Endpoint("thrift=/kvstore")) { IsReady = true };
        await node.StandsAsync();
        var client = await world.NewClientAsync();
        var first = await OnlyAsync(client, "/kvstore");

        node.Node.Relay.Shut();
        await UntilChildrenAsync(client, "/kvstore", 0);
        await Wait.UntilAsync(() => node.Announcer.Report().All(one => !one.IsStanding), "nobody claimed that it stood");
        node.Node.Relay.Open();
        await node.StandsAsync();
        Assert.NotEqual(first, await OnlyAsync(client, "/kvstore"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_whose_answer_was_lost_leaves_one_znode(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("thrift=/kvstore"));
        var client = await world.NewClientAsync();
        await client.CreateAsync("/kvstore", default);
        await Wait.UntilAsync(() => node.Node.Coordinator.Place() is not null, "the node stood in the election");
        var session = node.Node.Coordinator.Place()!.Client;
        node.Node.Relay.LosesReplies = true;
        var create = session.CreateAsync("/kvstore/node", "127.0.0.1:7201"u8.ToArray(), CreateMode.EphemeralSequential);
        await UntilChildrenAsync(client, "/kvstore", 1);
        node.IsReady = true;
        node.Node.Relay.Cut();
        Assert.True((await Assert.ThrowsAsync<ZooKeeperException>(() => create)).OutcomeUnknown);
        node.Node.Relay.Open();
        node.Node.Relay.Cut();
        await node.StandsAsync();
        Assert.Equal("/kvstore/node0000000000", await OnlyAsync(client, "/kvstore"));
    }

    [Fact]
    public async Task Within_the_grace_an_unready_node_stays_announced_and_what_somebody_deletes_comes_back()
    {
        await using var world = await CoordinationWorld.StartAsync();
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], LongGrace, AnnouncementTests.Endpoint("thrift=/kvstore")) { IsReady = true };
        await node.StandsAsync();
        var client = await world.NewClientAsync();
        var first = await OnlyAsync(client, "/kvstore");
        node.IsReady = false;
        await client.DeleteAsync(first);
        await UntilChildrenAsync(client, "/kvstore", 1);
        Assert.NotEqual(first, await OnlyAsync(client, "/kvstore"));
    }

    [Fact]
    public async Task What_an_earlier_life_has_left_goes_before_the_node_is_ready_and_others_stay()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var client = await world.NewClientAsync();
        await client.CreateAsync("/kvstore", default);
        await client.CreateAsync("/kvstore/node", "127.0.0.1:7201"u8.ToArray(), CreateMode.EphemeralSequential);
        await client.CreateAsync("/kvstore/node", "127.0.0.1:7202"u8.ToArray(), CreateMode.EphemeralSequential);
        await client.CreateAsync("/kvstore/node9", "127.0.0.1:7201"u8.ToArray());
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("thrift=/kvstore"));
        await UntilChildrenAsync(client, "/kvstore", 2);
        Assert.Equal(["node0000000001", "node9"], (await AskAsync(() => client.GetChildrenAsync("/kvstore"))).Names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_access_list_forbids_is_told_once_and_tried_until_it_is_allowed(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        var client = await world.NewClientAsync();
        await client.CreateAsync(new CreateOp("/kvstore", default) { Acl = [new Acl((int)(Permissions.Read | Permissions.Admin), "world", "anyone")] });
        await using var node = new AnnouncingNode(
            (await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("thrift=/kvstore"), AnnouncementTests.Endpoint("redis=/kvstore/below"), AnnouncementTests.Endpoint("http=/other"))
        { IsReady = true };
        await Wait.UntilAsync(
            () => node.Announcer.Report() is [{ IsStanding: false, Problem: not null }, { IsStanding: false, Problem: not null }, { IsStanding: true, Problem: null }], "two problems were told");
        Assert.Contains("access control list", node.Announcer.Report()[0].Problem, StringComparison.Ordinal);
        Assert.Contains("/kvstore/below", node.Announcer.Report()[1].Problem, StringComparison.Ordinal);

        await client.SetAclAsync("/kvstore", Acl.Open);
        await node.StandsAsync();
        Assert.All(node.Announcer.Report(), one => Assert.Null(one.Problem));
        Assert.Equal(2, node.Node.Log.Lines.Count(line => line.Contains("cannot be made for now", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Znodes_of_the_search_service_follow_the_roles(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        var nodes = (await JoinAsync(world, 3)).Select(node => new AnnouncingNode(node, NoGrace, AnnouncementTests.Endpoint("search=/")) { IsReady = true }).ToArray();
        var client = await world.NewClientAsync();
        foreach (var node in nodes)
        {
            await node.StandsAsync();
        }

        Assert.Equal(SessionOf(nodes[0]), await OwnerAsync(client, "/master"));
        Assert.Equal(SessionOf(nodes[0]), await OwnerAsync(client, "/zkslave/master"));
        Assert.Equal(SessionOf(nodes[1]), await OwnerAsync(client, "/sub-master"));
        Assert.Equal("127.0.0.1+a-f", Encoding.ASCII.GetString((await AskAsync(() => client.GetDataAsync("/master"))).Data));
        var names = (await AskAsync(() => client.GetChildrenAsync("/zkslave"))).Names.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["master", "slave", "slave"], names.Select(name => name.TrimEnd("0123456789".ToCharArray())));
        Assert.All(names[1..], name => Assert.Equal("slave".Length + 10, name.Length));

        // One in order, whose session goes on for a while; the next as if it had been killed: its session ends by itself.
        await nodes[0].Announcer.WithdrawAsync(CancellationToken.None);
        await UntilOwnerAsync(client, "/master", SessionOf(nodes[1]));
        await UntilOwnerAsync(client, "/sub-master", SessionOf(nodes[2]));
        Assert.NotNull(await AskAsync(() => client.ExistsAsync("/catena/test/members/0000000000000001")));
        await nodes[0].Node.Coordinator.DisposeAsync();
        nodes[1].Node.Relay.Shut();
        await UntilOwnerAsync(client, "/master", SessionOf(nodes[2]));
        await Eventually.TrueAsync("the master alone is left", async () => (await AskAsync(() => client.GetChildrenAsync("/zkslave"))).Names is ["master"]);
        await UntilOwnerAsync(client, "/sub-master", null);

        // The lost one returns and is next in line.
        nodes[1].Node.Relay.Open();
        await UntilChildrenAsync(client, "/zkslave", 2);
        await UntilOwnerAsync(client, "/sub-master", SessionOf(nodes[1]));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_master_takes_its_znode_over_from_a_session_that_keeps_it(bool isApache)
    {
        await using var world = await CoordinationWorld.StartAsync(isApache);
        var client = await world.NewClientAsync();
        await client.CreateAsync("/master", "127.0.0.9+a-f"u8.ToArray(), CreateMode.Ephemeral);
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("search=/")) { IsReady = true };
        await node.StandsAsync();
        Assert.Equal(SessionOf(node), await OwnerAsync(client, "/master"));
        Assert.True(node.Node.Log.Has(3143, $"/master over from the session {client.SessionId:x}"));
    }

    [Fact]
    public async Task A_persistent_znode_in_the_masters_place_is_a_problem_for_people()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var client = await world.NewClientAsync();
        await client.CreateAsync("/master", default);
        await using var node = new AnnouncingNode((await JoinAsync(world, 1))[0], NoGrace, AnnouncementTests.Endpoint("search=/")) { IsReady = true };
        await Wait.UntilAsync(() => node.Announcer.Report()[0].Problem is { } problem && problem.Contains("persistent", StringComparison.Ordinal), "the problem was told");
        await client.DeleteAsync("/master");
        await node.StandsAsync();
    }

    /// <summary>Nodes whose sessions outlast the pauses of a busy machine, though not the patience of the tests.</summary>
    private static async Task<TestNode[]> JoinAsync(CoordinationWorld world, int count)
    {
        var nodes = new TestNode[count];
        for (var index = 0; index < count; index++)
        {
            nodes[index] = world.NewNode((ulong)index + 1, options => options with { NewCluster = CoordinationWorld.Small, SessionTimeout = TimeSpan.FromSeconds(4) });
            await nodes[index].JoinAsync();
        }

        return nodes;
    }

    private static long SessionOf(AnnouncingNode node) => node.Node.Coordinator.Place()?.Client.SessionId ?? -1;

    private static async Task<long?> OwnerAsync(ZooKeeperClient client, string path) => (await AskAsync(() => client.ExistsAsync(path)))?.EphemeralOwner;

    /// <summary>Asks again where a busy machine has lost the connection meanwhile.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        T answer = default!;
        await Eventually.TrueAsync("ZooKeeper answers", async () =>
        {
            try
            {
                answer = await ask();
                return true;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.ConnectionLoss)
            {
                return false;
            }
        });
        return answer;
    }

    private static Task UntilOwnerAsync(ZooKeeperClient client, string path, long? owner) =>
        Eventually.TrueAsync($"{path} is {owner}'s", async () => await OwnerAsync(client, path) == owner);

    private static async Task<string> OnlyAsync(ZooKeeperClient client, string parent) => $"{parent}/{Assert.Single((await AskAsync(() => client.GetChildrenAsync(parent))).Names)}";

    private static Task UntilChildrenAsync(ZooKeeperClient client, string parent, int count) =>
        Eventually.TrueAsync($"{parent} has {count} children", async () => (await AskAsync(() => client.GetChildrenAsync(parent))).Names.Count == count);
}
