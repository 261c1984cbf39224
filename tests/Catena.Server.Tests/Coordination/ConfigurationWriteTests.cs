using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using static Catena.Server.Coordination.ConfigurationWriteOutcome;
using static Catena.Server.Tests.Coordination.CoordinationWorld;

namespace Catena.Server.Tests.Coordination;

/// <summary>Configurations change by compare-and-set, and lost answers stay open until they are known.</summary>
public sealed class ConfigurationWriteTests
{
    private static readonly PartitionId Zero = new(0);

    [Fact]
    public async Task A_configuration_over_the_one_before_is_accepted_and_seen_by_all()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        var next = Configuration(2, 1) with { Learners = [new NodeId(2)], InSyncEpoch = new Epoch(2), InSyncMembers = [new NodeId(1)], Generation = 3 };
        var write = await nodes[0].Coordinator.TryWriteAsync(Zero, next);
        Assert.Equal((Accepted, next), (write.Outcome, write.Newest));
        await nodes[0].UntilConfigurationAsync(0, next);
        await nodes[1].UntilConfigurationAsync(0, next);
        Assert.Equal((Accepted, next), Of(await nodes[0].Coordinator.TryWriteAsync(Zero, next)));
        Assert.Equal((Accepted, Configuration(3, 1)), Of(await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(3, 1))));
    }

    [Fact]
    public async Task Of_two_over_the_same_one_the_second_is_superseded()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        var writes = await Task.WhenAll(
            nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(2, 1)),
            nodes[1].Coordinator.TryWriteAsync(Zero, Configuration(2, 2)));
        var winner = Assert.Single(writes, write => write.Outcome == Accepted);
        var loser = Assert.Single(writes, write => write.Outcome == Superseded);
        Assert.Equal(winner.Newest, loser.Newest);
        Assert.Equal(2UL, winner.Newest!.Epoch.Value);
        Assert.Equal(new NodeId(winner == writes[0] ? 1UL : 2UL), winner.Newest.First);
    }

    [Fact]
    public async Task Epochs_never_leave_a_gap()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        Assert.Equal(NotSubmitted, (await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(3, 1))).Outcome);
        Assert.Equal(NotSubmitted, (await nodes[0].Coordinator.TryWriteAsync(new PartitionId(1), Configuration(2, 1))).Outcome);
        Assert.Equal(Configuration(1, 1, 2), nodes[0].View.Partitions[0]);
    }

    [Fact]
    public async Task A_leap_is_written_over_the_one_that_it_leaves_and_over_no_other()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        var leap = Configuration(40, 1) with { Leap = new EpochLeap(new Epoch(1), new Epoch(40)) };
        Assert.Equal((Accepted, Configuration(2, 2)), Of(await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(2, 2))));
        Assert.Equal((Superseded, Configuration(2, 2)), Of(await nodes[1].Coordinator.TryWriteAsync(Zero, leap)));
        leap = leap with { Leap = new EpochLeap(new Epoch(2), new Epoch(40)) };
        Assert.Equal((Accepted, leap), Of(await nodes[1].Coordinator.TryWriteAsync(Zero, leap)));
        Assert.Equal((Superseded, leap), Of(await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(3, 3))));
        Assert.Equal((Accepted, Configuration(41, 1)), Of(await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(41, 1))));
    }

    [Fact]
    public async Task One_who_is_behind_finds_the_newest_out()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        for (ulong epoch = 2; epoch < 30; epoch++)
        {
            // The two take turns, and neither waits until the watch has told it of the other's change.
            Assert.Equal((Accepted, Configuration(epoch, epoch)), Of(await nodes[epoch % 2].Coordinator.TryWriteAsync(Zero, Configuration(epoch, epoch))));
        }

        await nodes[0].UntilConfigurationAsync(0, Configuration(29, 29));
        var seen = nodes[0].Views.Select(view => view.Partitions[0]?.Epoch.Value ?? 0).ToArray();
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public async Task Without_a_connection_nothing_is_submitted()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        nodes[0].Relay.Shut();
        await Wait.UntilAsync(() => !nodes[0].Coordinator.IsConnected, "the connection was gone");
        var write = await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(2, 1));
        Assert.Equal((NotSubmitted, null), Of(write));
        Assert.NotEmpty(write.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_stays_open_until_the_same_one_is_tried_again(bool tookEffect)
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        var (mine, other) = (nodes[0], nodes[1]);
        await LoseAsync(mine, tookEffect);
        Assert.Equal(Unknown, (await mine.Coordinator.TryWriteAsync(Zero, Configuration(2, 1))).Outcome);
        if (tookEffect)
        {
            await other.UntilConfigurationAsync(0, Configuration(2, 1));
        }

        await Wait.UntilAsync(() => !mine.Coordinator.IsConnected, "the connection was given up");
        mine.Relay.Shut();
        Assert.Equal(Unknown, (await mine.Coordinator.TryWriteAsync(Zero, Configuration(2, 1))).Outcome);

        mine.Relay.Open();
        Assert.Equal((Accepted, Configuration(2, 1)), Of(await UntilKnownAsync(mine, Configuration(2, 1))));
        await other.UntilConfigurationAsync(0, Configuration(2, 1));
    }

    [Fact]
    public async Task A_lost_answer_is_superseded_where_another_was_written_meanwhile()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        await LoseAsync(nodes[0], tookEffect: false);
        Assert.Equal(Unknown, (await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(2, 1))).Outcome);
        Assert.Equal(Accepted, (await UntilKnownAsync(nodes[1], Configuration(2, 2))).Outcome);
        nodes[0].Relay.Cut();
        nodes[0].Relay.Open();
        Assert.Equal((Superseded, Configuration(2, 2)), Of(await UntilKnownAsync(nodes[0], Configuration(2, 1))));
    }

    [Fact]
    public async Task A_tree_that_goes_back_in_time_is_not_followed()
    {
        await using var world = await StartAsync();
        var nodes = await JoinWithPartitionAsync(world);
        Assert.Equal(Accepted, (await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(2, 2))).Outcome);
        var client = await world.NewClientAsync();
        await client.SetDataAsync("/catena/test/partitions/0", DocumentCodec.Encode(Configuration(1, 1, 2)), 1);
        await Wait.UntilAsync(() => nodes.All(node => node.Log.Has(3108)), "both noticed");
        Assert.All(nodes, node => Assert.Equal(Configuration(2, 2), node.View.Partitions[0]));
        Assert.Equal(NotSubmitted, (await nodes[0].Coordinator.TryWriteAsync(Zero, Configuration(3, 2))).Outcome);
        await client.DeleteAsync("/catena/test/partitions/0");
        await nodes[1].Coordinator.DisposeAsync();
        await nodes[0].UntilRolesAsync("master", "down");
        Assert.Equal(Configuration(2, 2), nodes[0].View.Partitions[0]);
    }

    private static (ConfigurationWriteOutcome Outcome, Catena.Core.Replication.Configuration? Newest) Of(ConfigurationWrite write) =>
        (write.Outcome, write.Newest);

    private static async Task<TestNode[]> JoinWithPartitionAsync(CoordinationWorld world)
    {
        var nodes = await world.JoinAsync(2);
        await PutAsync(await world.NewClientAsync(), 0, Configuration(1, 1, 2));
        foreach (var node in nodes)
        {
            await node.UntilConfigurationAsync(0, Configuration(1, 1, 2));
        }

        return nodes;
    }

    private static Task LoseAsync(TestNode node, bool tookEffect)
    {
        (node.Relay.LosesReplies, node.Relay.LosesRequests) = (tookEffect, !tookEffect);
        return Task.CompletedTask;
    }

    /// <summary>Tries until the answer is final: a busy machine may have cost a node its connection for the moment.</summary>
    private static async Task<ConfigurationWrite> UntilKnownAsync(TestNode node, Catena.Core.Replication.Configuration next)
    {
        ConfigurationWrite write = default;
        await Wait.UntilAsync(() => (write = node.Coordinator.TryWriteAsync(Zero, next).GetAwaiter().GetResult()).Outcome is Accepted or Superseded, "the outcome was known");
        return write;
    }
}
