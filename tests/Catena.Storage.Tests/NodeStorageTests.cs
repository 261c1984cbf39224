using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests;

public sealed class NodeStorageTests
{
    private static readonly PartitionId One = new(1);

    [Fact]
    public void What_was_flushed_is_there_after_a_crash()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        Sample.Append(store, 1, [], EntryType.Start);
        for (var number = 0; number < 300; number++)
        {
            Sample.Append(store, 1, Sample.Put([(byte)number, (byte)(number >> 8)], Sample.Bytes(number, number)));
        }

        var through = store.SaveReplicaState("mine"u8);
        storage.SaveNodeRecord("node"u8);
        store.ApplyThrough(301);
        Assert.True(storage.Flush(sync: true));
        Assert.True(storage.DurablePosition >= through);
        Assert.False(storage.Flush(sync: true));

        using var again = NodeStorage.Open(disk.Crash(new Prng(1)), Sample.SmallSegments);
        var recovered = again.Partition(One);
        Assert.Equal(Sample.Identity, again.Identity);
        Assert.Equal(store.LastLsn, recovered.LastLsn);
        Assert.Equal(300UL, recovered.Applied.Sequence);
        Assert.Equal("mine"u8, recovered.ReplicaState.Span);
        Assert.Equal("node"u8, again.NodeRecord.Span);
        Assert.False(recovered.LostTail);
        Assert.False(recovered.GivenUp);
        Assert.True(again.UncleanStop);
        recovered.ApplyThrough(301);
        Assert.Equal(store.Digest(), recovered.Digest());
        for (var number = 0; number < 300; number++)
        {
            Assert.Equal(Sample.Bytes(number, number), Sample.Get(recovered, [(byte)number, (byte)(number >> 8)]));
        }
    }

    [Fact]
    public void What_needs_no_sync_is_flushed_without_one_and_what_does_is_left_alone()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        storage.Flush(sync: true);
        var syncs = disk.Syncs;
        Sample.Append(store, 1, [], EntryType.Start);
        Assert.True(storage.TryFlushUnsynced());
        Assert.Equal((storage.AppendedPosition, syncs), (storage.DurablePosition, disk.Syncs));
        Assert.True(storage.TryFlushUnsynced());

        // Into the next segment: the one before is synced first.
        for (var number = 0; number < 40; number++)
        {
            Sample.Append(store, 1, Sample.Put([(byte)number], Sample.Bytes(500, number)));
        }

        var durable = storage.DurablePosition;
        syncs = disk.Syncs;
        Assert.False(storage.TryFlushUnsynced());
        Assert.Equal((durable, syncs), (storage.DurablePosition, disk.Syncs));
        Assert.True(storage.Flush(sync: false));
        Assert.True(disk.Syncs > syncs);
        Assert.Equal(storage.AppendedPosition, storage.DurablePosition);
    }

    /// <summary>On a disk that is full but for it nothing else could be done.</summary>
    [Fact]
    public void What_a_crash_left_of_a_segment_in_the_making_is_deleted()
    {
        const string Left = "segment.new";
        var disk = new MemoryDisk();
        disk.SetContent(Left, new byte[100]);
        using (Sample.Create(disk))
        {
            Assert.False(disk.Exists(Left));
        }

        disk.SetContent(Left, new byte[100]);
        using var again = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.False(disk.Exists(Left));
    }

    [Fact]
    public void What_was_written_without_a_sync_is_synced_ahead()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        storage.Flush(sync: true);
        Sample.Append(store, 1, [], EntryType.Start);
        storage.SyncAhead();
        Assert.False(disk.HasUnsynced);
        Assert.True(storage.TryFlushUnsynced());
        Assert.True(disk.HasUnsynced);
        var durable = storage.DurablePosition;
        storage.SyncAhead();
        Assert.Equal((false, durable), (disk.HasUnsynced, storage.DurablePosition));
    }

    [Fact]
    public void A_storage_closed_in_order_says_so_until_something_is_appended()
    {
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk))
        {
            Sample.Append(storage.Partition(One), 1, [], EntryType.Start);
            storage.Close();
        }

        using (var again = NodeStorage.Open(disk.Kill(), Sample.SmallSegments))
        {
            Assert.False(again.UncleanStop);
        }

        using (var third = NodeStorage.Open(disk, Sample.SmallSegments))
        {
            Assert.False(third.UncleanStop);
            third.Close();
        }

        using var fourth = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.False(fourth.UncleanStop);
        Sample.Append(fourth.Partition(One), 1, []);
        fourth.Flush(sync: true);
        using var fifth = NodeStorage.Open(disk.Kill(), Sample.SmallSegments);
        Assert.True(fifth.UncleanStop);
    }

    [Fact]
    public void Frames_are_read_back_from_memory_and_from_segments_as_they_travel()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        var other = storage.Partition(new PartitionId(2));
        for (var number = 0; number < 200; number++)
        {
            Sample.Append(store, (ulong)(number / 50) + 1, Sample.Put([(byte)number], Sample.Bytes(300, number)));
            Sample.Append(other, 7, Sample.Put([(byte)number], Sample.Bytes(100, number)));
            storage.Flush(sync: true);
        }

        Assert.True(disk.Segments().Count > 3);
        using var receiver = Sample.Create(new MemoryDisk());
        var copy = receiver.Partition(One);
        while (copy.LastLsn.Sequence < store.LastLsn.Sequence)
        {
            var output = new ArrayBufferWriter<byte>();
            var count = store.ReadFrames(copy.LastLsn.Sequence + 1, 200, 1_000, output);
            Assert.InRange(count, 1, 3);
            var frames = output.WrittenSpan;
            while (!frames.IsEmpty)
            {
                Assert.True(EntryFrame.TryRead(frames, out _, out _, out var length));
                copy.AppendFrame(frames[..length]);
                frames = frames[length..];
            }
        }

        store.ApplyThrough(200);
        copy.ApplyThrough(200);
        Assert.Equal(store.Digest(), copy.Digest());
        Assert.Equal(store.Lineage, copy.Lineage);
        Assert.Equal(new Epoch(2), copy.EpochOf(51));
        receiver.Flush(sync: true);
    }

    [Fact]
    public void An_entry_that_does_not_continue_the_log_is_a_broken_invariant()
    {
        using var storage = Sample.Create(new MemoryDisk());
        var store = storage.Partition(One);
        Sample.Append(store, 3, [], EntryType.Start);
        Assert.Throws<InvalidOperationException>(() => store.Append(new EntryHeader(One, new Lsn(new Epoch(3), 3), EntryType.NoOp, 0), []));
        Assert.Throws<InvalidOperationException>(() => store.Append(new EntryHeader(One, new Lsn(new Epoch(2), 2), EntryType.NoOp, 0), []));
        Assert.Throws<InvalidOperationException>(
            () => store.Append(new EntryHeader(new PartitionId(9), new Lsn(new Epoch(3), 2), EntryType.NoOp, 0), []));
        Assert.Throws<InvalidOperationException>(() => store.ApplyThrough(2));
        Assert.Equal(new Lsn(new Epoch(3), 1), store.LastLsn);
    }

    [Fact]
    public void A_log_is_cut_but_never_under_what_is_applied()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        for (var number = 0; number < 10; number++)
        {
            Sample.Append(store, number < 5 ? 1UL : 2, Sample.Put([(byte)number], [1]), committed: 0);
        }

        store.ApplyThrough(3);
        Assert.Throws<InvalidOperationException>(() => store.Truncate(2));
        store.Truncate(4);
        Assert.Equal(new Lsn(new Epoch(1), 4), store.LastLsn);
        Assert.Single(store.Lineage);
        Sample.Append(store, 3, Sample.Put([42], [2]), committed: 4);
        storage.Flush(sync: true);

        using var again = NodeStorage.Open(disk.Crash(new Prng(1)), Sample.SmallSegments);
        var recovered = again.Partition(One);
        Assert.Equal(new Lsn(new Epoch(3), 5), recovered.LastLsn);
        Assert.Equal(4UL, recovered.Applied.Sequence);
        recovered.ApplyThrough(5);
        Assert.Equal([2], Sample.Get(recovered, [42])!);
        Assert.Null(Sample.Get(recovered, [7]));
    }

    /// <summary>The system tells of a failed sync once: the next would succeed, and say nothing of what was lost.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_failed_sync_everything_is_refused(bool isAhead)
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        Sample.Append(store, 1, [], EntryType.Start);
        storage.Flush(sync: !isAhead);
        var durable = storage.DurablePosition;
        Sample.Append(store, 1, Sample.Put([1], [1]));
        disk.FailSync = true;
        Assert.Throws<StorageFailedException>(isAhead ? storage.SyncAhead : () => storage.Flush(sync: true));
        disk.FailSync = false;
        Assert.Throws<StorageFailedException>(() => storage.Flush(sync: true));
        Assert.Throws<StorageFailedException>(() => storage.Flush(sync: false));
        Assert.Throws<StorageFailedException>(() => Sample.Append(store, 1, Sample.Put([1], [1])));
        Assert.Throws<StorageFailedException>(() => store.SaveReplicaState([1]));
        Assert.Equal(durable, storage.DurablePosition);
    }

    [Fact]
    public void A_full_disk_refuses_writes_takes_deletes_and_comes_back()
    {
        var disk = new MemoryDisk { Capacity = 100 * 1024 };
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        var written = 0;
        FillUntilFull(() =>
        {
            while (true)
            {
                Sample.Append(store, 1, Sample.Put([(byte)written], Sample.Bytes(500, written)));
                written++;
            }
        });
        Assert.InRange(written, 50, 200);
        Assert.Equal((ulong)written, store.LastLsn.Sequence);
        storage.Flush(sync: true);
        var deletes = 0;
        FillUntilFull(() =>
        {
            while (true)
            {
                var lsn = new Lsn(new Epoch(1), store.LastLsn.Sequence + 1);
                store.Append(new EntryHeader(One, lsn, EntryType.Write, 0), Sample.Delete([(byte)deletes]), allowReserve: true);
                deletes++;
            }
        });
        Assert.InRange(deletes, 100, 1000);
        Assert.True(storage.IsExhausted);
        for (var epoch = 0; epoch < 8; epoch++)
        {
            // What a replica has to note to remain safe still finds space.
            store.SaveReplicaState([(byte)epoch]);
            storage.Flush(sync: true);
        }

        Assert.False(storage.HasSpace);
        Assert.False(storage.PrepareSpace());
        Assert.Throws<StorageFullException>(() => Sample.Append(store, 1, Sample.Put([1], [1])));
        storage.Flush(sync: true);

        disk.Capacity *= 2;
        Assert.True(storage.PrepareSpace());
        Assert.False(storage.IsExhausted);
        Sample.Append(store, 1, Sample.Put([1], [1]));
        storage.Flush(sync: true);
        using var again = NodeStorage.Open(disk.Crash(new Prng(3)), Sample.SmallSegments);
        Assert.Equal(store.LastLsn, again.Partition(One).LastLsn);
    }

    private static void FillUntilFull(Action fill) => Assert.Throws<StorageFullException>(fill);

    [Fact]
    public void A_value_larger_than_a_segment_gets_a_segment_of_its_own()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        var large = Sample.Bytes(1_000_000, 1);
        Sample.Append(store, 1, Sample.Put([1], [1]));
        Sample.Append(store, 1, Sample.Put([2], large));
        Sample.Append(store, 1, Sample.Put([3], [3]), committed: 2);
        storage.Flush(sync: true);
        store.ApplyThrough(3);
        Assert.Equal(large, Sample.Get(store, [2]));
        using var again = NodeStorage.Open(disk.Crash(new Prng(3)), Sample.SmallSegments);
        var recovered = again.Partition(One);
        recovered.ApplyThrough(3);
        Assert.Equal(large, Sample.Get(recovered, [2]));
        Assert.Equal([3], Sample.Get(recovered, [3])!);
    }

    [Fact]
    public void Results_of_requests_are_part_of_the_state()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        var request = new RequestId(5, 1, 1, 0);
        Sample.Append(store, 1, Sample.Put([1], [1], request: request));
        Sample.Append(store, 1, [], EntryType.NoOp);
        storage.Flush(sync: true);
        using var again = NodeStorage.Open(disk.Crash(new Prng(3)), Sample.SmallSegments);
        Assert.Equal(RequestStanding.Done, again.Partition(One).Results.Find(request, out var result));
        Assert.Equal("done"u8, result);
    }
}
