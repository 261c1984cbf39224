using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Peers;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Tests.Coordination;

/// <summary>What the elected node does, and that nobody else does it.</summary>
public sealed class ControllerLoopTests
{
    [Fact]
    public async Task Only_the_master_is_in_office_and_its_successor_follows()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(3, CoordinationWorld.Small with { ExpectedNodes = 99 });
        Start(nodes);
        await Wait.UntilAsync(() => nodes[0].IsInOffice, "the first was in office");
        Assert.False(nodes[1].IsInOffice || nodes[2].IsInOffice);
        await nodes[0].DisposeAsync();
        await Wait.UntilAsync(() => nodes[1].IsInOffice, "the second was in office");
        Assert.False(nodes[2].IsInOffice);
        Assert.True(nodes[1].Log.Has(3120));
    }

    [Fact]
    public async Task A_controller_that_is_cut_off_leaves_office_before_another_takes_it()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(2, CoordinationWorld.Small with { ExpectedNodes = 99 });
        Start(nodes);
        await Wait.UntilAsync(() => nodes[0].IsInOffice, "the first was in office");
        nodes[0].Relay.Shut();
        await Wait.UntilAsync(() => !nodes[0].IsInOffice, "the first left office");
        await Wait.UntilAsync(() => nodes[1].IsInOffice, "the second took office");
        nodes[0].Relay.Open();
        await nodes[0].UntilRolesAsync("sub-master", "master");
        Assert.False(nodes[0].IsInOffice);
    }

    [Fact]
    public async Task A_new_cluster_gets_its_partitions_once_enough_nodes_are_there()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var settings = CoordinationWorld.Small with { Partitions = 300, Replicas = 2, ExpectedNodes = 3 };
        var nodes = await world.JoinAsync(2, settings);
        Start(nodes);
        await Wait.UntilAsync(() => nodes[0].IsInOffice, "the first was in office");
        Assert.All(nodes[0].View.Partitions, Assert.Null);

        var third = world.NewNode(3);
        await third.JoinAsync();
        await third.UntilAsync(view => view.Partitions.All(partition => partition is not null), "all partitions");
        Assert.All(third.View.Partitions, partition => Assert.Equal((1UL, 2), (partition!.Epoch.Value, partition.Members.Length)));
        Assert.Equal(3, third.View.Partitions.SelectMany(partition => partition!.Members).Distinct().Count());
        var client = await world.NewClientAsync();
        await Wait.UntilAsync(
            () => DocumentCodec.DecodeSettings(client.GetDataAsync("/catena/test/settings").GetAwaiter().GetResult().Data).Created, "the creation was noted");
    }

    [Fact]
    public async Task A_deposed_controller_cannot_write()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(1);
        var client = await world.NewClientAsync();
        await Wait.UntilAsync(() => nodes[0].Coordinator.ControllerPicture() is not null, "the node was the controller");
        var seat = nodes[0].Coordinator.ControllerPicture()!.SeatPath;
        var op = new CreateOp("/catena/test/partitions/0", DocumentCodec.Encode(CoordinationWorld.Configuration(1, 1)));
        await client.DeleteAsync(seat);
        await Wait.UntilAsync(() => nodes[0].Coordinator.ControllerPicture()?.SeatPath is { } now && now != seat, "the node stood anew");

        var e = await Assert.ThrowsAsync<ZooKeeperMultiException>(() => nodes[0].Coordinator.WriteAsControllerAsync(seat, [op], default));
        Assert.Equal(0, e.FailedIndex);
        Assert.Null(await client.ExistsAsync(op.Path));
        await nodes[0].Coordinator.WriteAsControllerAsync(nodes[0].Coordinator.ControllerPicture()!.SeatPath, [op], default);
        Assert.NotNull(await client.ExistsAsync(op.Path));
    }

    [Fact]
    public async Task A_missing_replica_becomes_a_learner_on_a_node_that_lives()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(2, CoordinationWorld.Small with { Partitions = 1 });
        Start(nodes);
        await nodes[1].UntilAsync(view => view.Partitions[0] is not null, "the partition");
        var first = nodes[1].View.Partitions[0]!;
        Assert.Equal(2, first.Members.Length);

        // As a first member does that has lost touch with the other.
        var shrunk = first with { Epoch = first.Epoch.Next, Members = [first.First], InSyncEpoch = first.Epoch.Next, InSyncMembers = [first.First] };
        await nodes[1].Coordinator.TryWriteAsync(new PartitionId(0), shrunk);
        await nodes[1].UntilAsync(view => view.Partitions[0]!.HasLearner(first.Members[1]), "the learner");
        Assert.Equal(3UL, nodes[1].View.Partitions[0]!.Epoch.Value);
        Assert.True(nodes[0].Log.Has(3122, "give partition 0 epoch 3"));
    }

    [Fact]
    public async Task A_drained_node_is_emptied_by_asking_first_members_and_then_forgotten()
    {
        await using var world = await CoordinationWorld.StartAsync();
        var nodes = await world.JoinAsync(3, CoordinationWorld.Small with { Partitions = 6 });
        foreach (var node in nodes)
        {
            // The nodes do as they are asked, as first members whose learners catch up at once.
            node.StartController((first, ask) => Obey(nodes.Single(candidate => candidate.Id == first), ask));
            node.Coordinator.Changed += view => Promote(node, view);
        }

        await nodes[0].UntilAsync(view => view.Partitions.All(partition => partition is { Members.Length: 2 }), "all partitions");
        Assert.Contains(nodes[0].View.Partitions, partition => partition!.HasMember(new NodeId(2)));
        var client = await world.NewClientAsync();
        const string Path = "/catena/test/nodes/0000000000000002";
        var (data, stat) = await client.GetDataAsync(Path);
        await client.SetDataAsync(Path, DocumentCodec.Encode(DocumentCodec.DecodeNode(data) with { State = "draining" }), stat.Version);

        await nodes[0].UntilAsync(view => view.Find(new NodeId(2)) is null, "that the drained node was forgotten");
        Assert.All(nodes[0].View.Partitions, partition =>
        {
            Assert.Equal(2, partition!.Members.Length);
            Assert.False(partition.HasMember(new NodeId(2)) || partition.HasLearner(new NodeId(2)));
        });
        Assert.True(nodes[0].Log.Has(3124));
    }

    private static void Start(TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            node.StartController((_, _) => { });
        }
    }

    private static void Obey(TestNode first, ControllerAsk ask)
    {
        if (first.View.Partitions[ask.Partition.Value] is { } configuration && configuration.Epoch == ask.Epoch && configuration.First == first.Id)
        {
            var without = configuration.Members.Remove(ask.Node);
            Propose(first, ask.Partition.Value, configuration, ask.Kind == ControllerAskKind.HandOver ? without.Insert(0, ask.Node) : without, []);
        }
    }

    private static void Promote(TestNode node, Catena.Server.Cluster.ClusterView view)
    {
        for (var index = 0; index < view.Partitions.Length; index++)
        {
            if (view.Partitions[index] is { Learners.IsEmpty: false } configuration && configuration.First == node.Id)
            {
                Propose(node, index, configuration, configuration.Members.AddRange(configuration.Learners), []);
            }
        }
    }

    private static void Propose(
        TestNode node,
        int partition,
        Configuration configuration,
        System.Collections.Immutable.ImmutableArray<NodeId> members,
        System.Collections.Immutable.ImmutableArray<NodeId> learners)
    {
        var epoch = configuration.Epoch.Next;
        var next = configuration with { Epoch = epoch, Members = members, Learners = learners, InSyncEpoch = epoch, InSyncMembers = members };
        _ = node.Coordinator.TryWriteAsync(new PartitionId((ushort)partition), next);
    }
}
