using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Compaction;

/// <summary>The journal does not grow beyond what is referred to, and nothing that is referred to goes with what does not.</summary>
public sealed class CompactionTests
{
    private static readonly PartitionId One = new(1);

    private static readonly NodeStorageOptions Options = Sample.SmallSegments with
    {
        SegmentBytes = 64 * 1024,
        RetainedLogBytes = 64 * 1024,
        CheckpointJournalBytes = 256 * 1024,
        RecoveryThreads = 1,
    };

    [Fact]
    public void Overwriting_the_same_keys_again_and_again_keeps_the_disk_under_twice_what_is_live()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Options);
        var store = storage.Partition(One);
        const int Keys = 2000;
        const int ValueBytes = 500;
        for (var round = 0; round < 30; round++)
        {
            for (var number = 0; number < Keys; number++)
            {
                Sample.Append(store, 1, Sample.Put(Key(number), Sample.Bytes(ValueBytes, (round * Keys) + number)));
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            storage.Flush(sync: true);
            Settle(storage);
        }

        long live = Keys * (ValueBytes + Key(0).Length);
        var onDisk = disk.List().Sum(disk.LengthOf);
        Assert.True(onDisk < 2 * live, $"{onDisk} bytes on disk for {live} of live data");
        Assert.True(storage.Maintenance is { Checkpoints: > 0, CompactedBytes: > 0 }, "what was done is told");
        for (var number = 0; number < Keys; number++)
        {
            Assert.Equal(Sample.Bytes(ValueBytes, (29 * Keys) + number), Sample.Get(store, Key(number)));
        }
    }

    /// <summary>Under load a round of checkpoints must free four times what it writes; a node that has come to rest has nothing better to do.</summary>
    [Fact]
    public void At_rest_what_waits_for_checkpoints_is_let_go_even_where_they_write_more_than_that()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Options);
        var store = storage.Partition(One);
        const int Keys = 20_000;
        for (var round = 0; round < 5; round++)
        {
            for (var number = 0; number < Keys; number++)
            {
                // Short values stand in checkpoints too.
                Sample.Append(store, 1, Sample.Put(Key(number), Sample.Bytes(20, (round * Keys) + number)));
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            storage.Flush(sync: true);
            Settle(storage);
        }

        var busy = storage.JournalBytes;
        var rounds = storage.Maintenance.Checkpoints;
        for (var look = 0; look < 100; look++)
        {
            Settle(storage);
        }

        Assert.True(storage.JournalBytes < busy / 2, $"{busy} bytes of journal, and {storage.JournalBytes} after a rest");
        Assert.InRange(storage.Maintenance.Checkpoints, rounds + 1, rounds + 5);
    }

    [Fact]
    public void Values_that_outlive_their_segments_are_moved_and_deleted_keys_stay_deleted_through_restarts()
    {
        var disk = new MemoryDisk();
        var random = new Prng(11);
        var model = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var life = 0; life < 12; life++)
        {
            using var storage = life == 0 ? Sample.Create(disk, Options) : NodeStorage.Open(disk, Options);
            var store = storage.Partition(One);
            store.ApplyThrough(store.LastLsn.Sequence);
            for (var step = 0; step < 5000; step++)
            {
                // A few keys are changed all the time, most are written once and stay.
                var number = random.Chance(0.8) ? random.Next(50) : random.Next(1500);
                var key = $"key-{number:D6}";
                if (random.Chance(0.15))
                {
                    Sample.Append(store, (ulong)life + 1, Sample.Delete(Key(number)));
                    model.Remove(key);
                }
                else
                {
                    var value = Sample.Bytes(random.Next(400), random.Next(1 << 30));
                    Sample.Append(store, (ulong)life + 1, Sample.Put(Key(number), value));
                    model[key] = value;
                }

                if (step % 50 == 0)
                {
                    store.ApplyThrough(store.LastLsn.Sequence);
                    storage.Flush(sync: true);
                    storage.Maintenance.Step(new Unlocked(storage));
                    storage.Maintenance.Step(new Unlocked(storage));
                }
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            storage.Flush(sync: true);
            Settle(storage);
            storage.Flush(sync: true);
            Compare(store, model);
            disk = disk.Crash(random.Fork());
        }

        Assert.DoesNotContain("00000001.journal", disk.List());
    }

    [Fact]
    public async Task A_reader_of_a_value_that_is_moved_under_it_finds_it_in_its_new_place()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Options);
        var store = storage.Partition(One);
        using var stop = new CancellationTokenSource();
        var expected = Sample.Bytes(300, 7);
        Sample.Append(store, 1, Sample.Put("kept"u8, expected));
        store.ApplyThrough(1);
        using var hasRead = new ManualResetEventSlim();
        var reader = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Assert.Equal(expected, Sample.Get(store, "kept"u8));
                    hasRead.Set();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(hasRead.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        for (var round = 0; round < 60; round++)
        {
            for (var number = 0; number < 200; number++)
            {
                Sample.Append(store, 1, Sample.Put(Key(number), Sample.Bytes(500, (round * 1000) + number)));
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            storage.Flush(sync: true);
            Settle(storage);
        }

        await stop.CancelAsync();
        await reader;
        Assert.DoesNotContain("00000001.journal", disk.List());
    }

    [Fact]
    public void A_full_disk_has_space_again_once_keys_have_been_deleted()
    {
        var disk = new MemoryDisk { Capacity = 3 << 20 };
        using var storage = Sample.Create(disk, Options);
        var store = storage.Partition(One);
        var model = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var round = 0; round < 5; round++)
        {
            Fill(storage, store, model, round);
            Settle(storage);
            foreach (var (number, key) in model.Keys.Index().Where(key => key.Index % 3 != 0).ToList())
            {
                var lsn = new Lsn(new Epoch(1), store.LastLsn.Sequence + 1);
                store.Append(new EntryHeader(One, lsn, EntryType.Write, lsn.Sequence - 1), Sample.Delete(Encoding.UTF8.GetBytes(key)), allowReserve: true);
                model.Remove(key);
                if (number % 100 == 0)
                {
                    store.ApplyThrough(store.LastLsn.Sequence);
                    Settle(storage);
                }
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            storage.Flush(sync: true);
            Settle(storage);
            Assert.True(storage.PrepareSpace());
            Compare(store, model);
        }

        using var again = NodeStorage.Open(disk.Crash(new Prng(5)), Options);
        again.Partition(One).ApplyThrough(again.Partition(One).LastLsn.Sequence);
        Compare(again.Partition(One), model);
    }

    /// <summary>Writes until the disk takes no more.</summary>
    private static void Fill(NodeStorage storage, PartitionStore store, SortedDictionary<string, byte[]> model, int round)
    {
        var written = 0;
        Assert.Throws<StorageFullException>(() =>
        {
            for (var number = 0; number < 100_000; number++)
            {
                var value = Sample.Bytes(600, (round * 100_000) + number);
                var key = Key(((round * 1009) + number) % 100_000);
                Sample.Append(store, 1, Sample.Put(key, value));
                model[Encoding.UTF8.GetString(key)] = value;
                written++;
                if (number % 50 == 0)
                {
                    store.ApplyThrough(store.LastLsn.Sequence);
                    storage.Flush(sync: true);
                    storage.PrepareSpace();
                    storage.Maintenance.Step(new Unlocked(storage));
                }
            }
        });
        Assert.True(written > 1000, $"only {written} values of 600 bytes found room on 3 MiB");
        store.ApplyThrough(store.LastLsn.Sequence);
        storage.Flush(sync: true);
    }

    private static void Compare(PartitionStore store, SortedDictionary<string, byte[]> model)
    {
        Assert.Equal(model.Count, store.Count);
        foreach (var (key, value) in model)
        {
            Assert.Equal(value, Sample.Get(store, Encoding.UTF8.GetBytes(key)));
        }
    }

    private static void Settle(NodeStorage storage)
    {
        for (var idle = 0; idle < 2;)
        {
            idle = storage.Maintenance.Step(new Unlocked(storage)) > 0 ? 0 : idle + 1;
            storage.Flush(sync: true);
            storage.PrepareSpace();
        }
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D6}");
}
