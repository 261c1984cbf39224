using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>A journal's torn end costs what stood there and nothing else, and is not forgotten until the replica has synced with another.</summary>
public sealed class TornEndTests
{
    private static readonly NodeStorageOptions Checkpointing = Sample.SmallSegments with { CheckpointJournalBytes = 0 };

    [Fact]
    public void A_torn_last_batch_marks_only_the_partitions_that_its_mark_names()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var first = storage.Partition(new PartitionId(1));
        var second = storage.Partition(new PartitionId(2));
        for (var batch = 0; batch < 3; batch++)
        {
            Sample.Append(first, 1, Sample.Put([1], Sample.Bytes(700, 1)));
            Sample.Append(second, 1, Sample.Put([1], Sample.Bytes(700, 1)));
            storage.Flush(sync: true);
        }

        for (var batch = 0; batch < 3; batch++)
        {
            Sample.Append(first, 1, Sample.Put([1], Sample.Bytes(700, 99)));
            storage.Flush(sync: true);
        }

        var torn = disk.Kill();
        var content = torn.Content(torn.Segments()[0]);
        content[content.AsSpan().LastIndexOf(Sample.Bytes(700, 99))] ^= 1;
        using (var again = NodeStorage.Open(torn, Sample.SmallSegments))
        {
            Assert.True(again.TornEnd);
            Assert.True(again.Partition(new PartitionId(1)).LostTail);
            Assert.False(again.Partition(new PartitionId(2)).LostTail);
            Assert.Equal(5UL, again.Partition(new PartitionId(1)).LastLsn.Sequence);
        }

        // It is remembered until the replica has synced with another.
        using var third = NodeStorage.Open(torn, Sample.SmallSegments);
        Assert.False(third.TornEnd);
        Assert.True(third.Partition(new PartitionId(1)).LostTail);
        third.Partition(new PartitionId(1)).MarkTail(lost: false);
        third.Flush(sync: true);
        using var fourth = NodeStorage.Open(torn.Kill(), Sample.SmallSegments);
        Assert.False(fourth.Partition(new PartitionId(1)).LostTail);
    }

    [Fact]
    public void Of_what_stood_behind_the_last_mark_that_is_left_nobody_knows_whose_it_was()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var from = 0;
        for (var batch = 0; batch < 3; batch++)
        {
            from = WrittenDisk.JournalEnd(disk);
            Sample.Append(storage.Partition(new PartitionId((ushort)(batch + 1))), 1, Sample.Put([1], Sample.Bytes(700, batch)));
            storage.Flush(sync: true);
        }

        // All that synced batches say of the first one is gone, but for the mark of the second, which names its own partition.
        var torn = disk.Kill();
        var content = torn.Content(torn.Segments()[0]);
        content[content.AsSpan().IndexOf(Sample.Bytes(700, 1))] ^= 1;
        content.AsSpan(from, WrittenDisk.JournalEnd(disk) - from).Fill(0xAA);
        using var again = NodeStorage.Open(torn, Sample.SmallSegments);
        Assert.True(again.TornEnd);
        Assert.True(again.Partition(new PartitionId(2)).LostTail);
        Assert.True(again.Partition(new PartitionId(3)).LostTail);
        Assert.True(again.Partition(new PartitionId(77)).LostTail);
    }

    [Fact]
    public void A_torn_end_is_not_forgotten_by_crashes_during_recovery()
    {
        var written = new MemoryDisk();
        using var storage = Sample.Create(written);
        var store = storage.Partition(new PartitionId(1));
        for (var batch = 0; batch < 3; batch++)
        {
            Sample.Append(store, 1, Sample.Put([1], Sample.Bytes(700, batch)));
            storage.Flush(sync: true);
        }

        for (ulong seed = 1; seed <= 200; seed++)
        {
            var random = new Prng(seed);
            var content = (byte[])written.Content("00000001.journal").Clone();
            content[content.AsSpan().IndexOf(Sample.Bytes(700, 2)) + random.Next(700)] ^= 1;
            var disk = written.Kill();
            disk.SetContent("00000001.journal", content);
            for (var crash = 0; crash < 3; crash++)
            {
                disk.FailAfter = random.Next(8);
                try
                {
                    NodeStorage.Open(disk, Sample.SmallSegments).Dispose();
                }
                catch (StorageFailedException)
                {
                    // The disk was told to fail.
                }

                disk = disk.Crash(random);
            }

            using var again = NodeStorage.Open(disk, Sample.SmallSegments);
            Assert.True(again.Partition(new PartitionId(1)).LostTail, $"Seed {seed}: the torn end was forgotten.");
            Assert.Equal(2UL, again.Partition(new PartitionId(1)).LastLsn.Sequence);
        }
    }

    [Fact]
    public void An_end_in_the_middle_of_a_batch_is_torn_though_every_record_before_it_is_whole()
    {
        var disk = WrittenDisk.Create(close: false);
        var used = disk.Segments().Where(name => disk.Content(name).AsSpan().ContainsAnyExcept((byte)0)).ToList();

        // The last segment was never begun: the one before it ends with the mark that closes it.
        var unbegun = disk.Kill();
        unbegun.Content(used[^1]).AsSpan().Clear();

        // The mark that ends the last batch never reached the disk.
        var unmarked = disk.Kill();
        var content = unmarked.Content(used[^1]);
        var mark = content.AsSpan().LastIndexOf(new byte[] { 0xFF, 0xFF, 64, 0 }) - 8;
        content.AsSpan(mark).Clear();
        foreach (var (torn, hasCopy) in new[] { (unbegun.Kill(), true), (unbegun, false), (unmarked.Kill(), true), (unmarked, false) })
        {
            if (!hasCopy)
            {
                torn.Delete("node");
            }

            using var storage = NodeStorage.Open(torn, Sample.SmallSegments);
            Assert.True(storage.TornEnd);
            Assert.Equal(!hasCopy, storage.NodeRecordDoubtful);
            Assert.All(storage.Partitions, store => Assert.True(store.LostTail));
            Assert.All(storage.Partitions, store => Assert.False(store.GivenUp));
        }
    }

    /// <summary>The mark that lists all partitions is torn away, so that nothing behind it proves anything; and the segment before is closed or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_last_segment_whose_first_mark_is_torn_costs_tails_and_no_copies(bool isClosingMarkLost)
    {
        var disk = WrittenDisk.Create(close: false);
        var used = disk.Segments().Where(name => disk.Content(name).AsSpan().ContainsAnyExcept((byte)0)).ToList();
        if (isClosingMarkLost)
        {
            // Its end is as a journal's that never went on; only the next segment says that it did.
            var closed = disk.Content(used[^2]);
            closed.AsSpan(closed.AsSpan().LastIndexOf(new byte[] { 0xFF, 0xFF, 64, 0 }) - 8).Clear();
        }

        // No later batch may say that the beginning was synced, so all that follows the first is away.
        var last = disk.Content(used[^1]).AsSpan();
        var second = last[80..].IndexOf(new byte[] { 0xFF, 0xFF, 64, 0 }) + 80 - 8;
        var end = (second + System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(last[second..]) + 7) & -8;
        last[end..].Clear();
        last.Slice(64, 16).Fill(0xAA);
        using var storage = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.True(storage.TornEnd);
        Assert.All(storage.Partitions, store => Assert.False(store.GivenUp, $"{store.Id} was given up."));
        Assert.All(storage.Partitions, store => Assert.True(store.LostTail));
    }

    [Fact]
    public void A_partition_whose_only_records_may_have_been_in_a_torn_end_has_lost_its_tail()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var from = WrittenDisk.JournalEnd(disk);
        Sample.Append(storage.Partition(new PartitionId(1)), 1, Sample.Put([1], [1]));
        storage.Flush(sync: true);
        disk.Content(disk.Segments()[0]).AsSpan(from).Fill(0xAA);
        for (var opening = 0; opening < 3; opening++)
        {
            using var again = NodeStorage.Open(disk, Checkpointing);
            Assert.Equal(opening == 0, again.TornEnd);
            Assert.True(again.NodeRecordDoubtful);
            var store = again.Partition(new PartitionId((ushort)(opening + 1)));
            Assert.True(store.LostTail);
            Assert.False(store.GivenUp);
            store.MarkTail(lost: false);
            again.Flush(sync: true);
            Assert.All(again.Partitions, known => Assert.False(known.LostTail));

            // The next opening knows it from the manifest.
            again.Checkpoint(new Unlocked(again), replayBytes: 0);
        }
    }
}
