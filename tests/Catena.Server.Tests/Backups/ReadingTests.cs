using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Server.Backups;
using Catena.Server.Partitions;

namespace Catena.Server.Tests.Backups;

/// <summary>What readings of a partition give and keep.</summary>
public sealed class ReadingTests
{
    [Fact]
    public void A_reading_keeps_the_log_behind_its_beginning_however_much_is_written_and_no_longer()
    {
        using var node = new LoneNode(retainedLogEntries: 4);
        node.Put("a", "0");
        node.Flush();
        Assert.True(node.Host().TryBeginReading(out var reading));
        var after = reading.After;
        Fill(node, 100);
        var output = new ArrayBufferWriter<byte>();
        Assert.True(reading.TryReadLog(after, ulong.MaxValue, 1 << 20, output, out var last));
        Assert.Equal(after.Sequence + 100, last.Sequence);
        Assert.True(EntryFrame.TryRead(output.WrittenSpan, out var first, out _, out _));
        Assert.Equal(after.Sequence + 1, first.Lsn.Sequence);

        reading.Dispose();
        reading.Dispose();
        Fill(node, 100);
        Assert.Equal(ReadRefusal.NotKept, node.Host().TryBeginReading(after, out _));
    }

    [Fact]
    public void A_position_that_the_log_does_not_hold_is_told_from_one_that_it_no_longer_holds()
    {
        using var node = new LoneNode();
        Fill(node, 10);
        var last = node.Host().Status.Last;
        Assert.Equal(ReadRefusal.None, node.Host().TryBeginReading(last, out var reading));
        reading!.Dispose();
        Assert.Equal(ReadRefusal.NotOnLineage, node.Host().TryBeginReading(new Lsn(last.Epoch, last.Sequence + 1), out _));
        Assert.Equal(ReadRefusal.NotOnLineage, node.Host().TryBeginReading(new Lsn(last.Epoch.Next, last.Sequence), out _));
        node.Configure(new PartitionId(0), 2, new NodeId(8), new NodeId(7));
        Assert.Equal(ReadRefusal.NotMine, node.Host().TryBeginReading(last, out _));
        Assert.False(node.Host().TryBeginReading(out _));
    }

    [Fact]
    public async Task A_reading_is_fresh_in_its_epoch_only()
    {
        using var node = new LoneNode();
        Assert.True(node.Host().TryBeginReading(out var reading));
        Assert.True(await reading.IsFreshAsync());
        node.Configure(new PartitionId(0), 2, new NodeId(7));
        node.Flush();
        Assert.True(node.Host().IsServing);
        Assert.False(await reading.IsFreshAsync());
        reading.Dispose();
    }

    [Fact]
    public async Task A_node_is_held_as_a_whole_once_at_a_time()
    {
        using var node = new LoneNode(partitions: 3);
        var barrier = new NodeBarrier();
        var marks = barrier.TryBegin(node.Core, 5, 500);
        Assert.Equal([0, 1, 2], marks!.Select(mark => (int)mark.Partition.Value));
        Assert.Null(barrier.TryBegin(node.Core, 6, 500));
        Assert.Null(await barrier.TryEndAsync(node.Core, 6));
        Assert.Equal(3, (await barrier.TryEndAsync(node.Core, 5))!.Count);
        Assert.Null(await barrier.TryEndAsync(node.Core, 5));

        Assert.NotNull(barrier.TryBegin(node.Core, 7, 500));
        node.Ports.Now += 500;
        Assert.NotNull(barrier.TryBegin(node.Core, 8, 500));
        Assert.Null(await barrier.TryEndAsync(node.Core, 7));
    }

    [Fact]
    public void An_epoch_that_is_asked_for_is_proposed_by_the_first_member()
    {
        using var node = new LoneNode();
        node.Host().AskEpoch(new Epoch(50));
        Assert.Equal((50UL, 1UL), (node.Ports.Proposed!.Epoch.Value, node.Ports.Proposed.Follows.Value));
        node.Core.Reconfigure(new PartitionId(0), node.Ports.Proposed);
        node.Flush();
        node.Put("a", "1");
        Assert.Equal(50UL, node.Host().Status.Last.Epoch.Value);
    }

    private static void Fill(LoneNode node, int count)
    {
        for (var number = 0; number < count; number++)
        {
            node.Put($"k{number}", "v");
        }

        node.Flush();
    }
}
