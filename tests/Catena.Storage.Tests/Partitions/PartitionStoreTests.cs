using System.Buffers;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Partitions;

public sealed class PartitionStoreTests
{
    private static readonly PartitionId One = new(1);

    [Fact]
    public void Entries_beyond_the_retention_go_but_not_what_is_pinned_or_not_applied()
    {
        using var storage = Sample.Create(new MemoryDisk(), Sample.SmallSegments with { RetainedLogEntries = 10 });
        var store = storage.Partition(One);
        for (var number = 0; number < 50; number++)
        {
            Sample.Append(store, 1, Sample.Put([1], [1]));
        }

        Assert.Equal(1UL, store.FirstReadable);
        store.ApplyThrough(30);
        Assert.Equal(31UL, store.FirstReadable);
        store.PinLog(33);
        store.ApplyThrough(50);
        Assert.Equal(34UL, store.FirstReadable);
        store.UnpinLog(33);
        Sample.Append(store, 1, Sample.Put([1], [1]));
        store.ApplyThrough(51);
        Assert.Equal(42UL, store.FirstReadable);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.ReadFrames(41, 51, 1000, new ArrayBufferWriter<byte>()));
        Assert.Equal(10, store.ReadFrames(42, 51, 10_000, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Scans_visit_in_order_within_bounds_and_limits()
    {
        using var storage = Sample.Create(new MemoryDisk());
        var store = storage.Partition(One);
        for (var number = 0; number < 500; number++)
        {
            Sample.Append(store, 1, Sample.Put(Encoding.UTF8.GetBytes($"key{number:d4}"), Sample.Bytes(number % 70, number), number));
        }

        store.ApplyThrough(500);
        var all = new Visits();
        Assert.Equal(new ScanOutcome(500, Ended: true), store.Scan([], [], int.MaxValue, int.MaxValue, ref all));
        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"key{number:d4} {number % 70} 1.{number + 1} {number}"), all.Seen);

        var some = new Visits();
        Assert.Equal(new ScanOutcome(7, Ended: true), store.Scan("key0100"u8, "key0107"u8, 100, int.MaxValue, ref some));
        var few = new Visits();
        Assert.Equal(new ScanOutcome(5, Ended: false), store.Scan("key0100"u8, "key0207"u8, 5, int.MaxValue, ref few));
        var light = new Visits();
        Assert.Equal(new ScanOutcome(1, Ended: false), store.Scan("key0100"u8, [], 100, 1, ref light));
        var none = new Visits();
        Assert.Equal(new ScanOutcome(0, Ended: true), store.Scan("x"u8, [], 100, 1, ref none));
    }

    [Fact]
    public void The_digest_tells_states_apart_and_not_the_ways_to_them()
    {
        using var storage = Sample.Create(new MemoryDisk());
        ulong Digest(ushort partition, params byte[][] bodies)
        {
            var store = storage.Partition(new PartitionId(partition));
            foreach (var body in bodies)
            {
                Sample.Append(store, 1, body);
            }

            store.ApplyThrough((ulong)bodies.Length);
            return store.Digest();
        }

        var usual = Digest(1, Sample.Put([1], [1]), Sample.Put([2], [2]), Sample.Delete([9]), Sample.Put([3], [3]));
        Assert.Equal(usual, Digest(2, Sample.Put([1], [1]), Sample.Put([2], [2]), Sample.Put([3], [1]), Sample.Put([3], [3])));
        Assert.NotEqual(usual, Digest(3, Sample.Put([1], [1]), Sample.Put([2], [2]), Sample.Put([3], [3])));
        Assert.NotEqual(usual, Digest(4, Sample.Put([1], [1]), Sample.Put([2], [7]), Sample.Delete([9]), Sample.Put([3], [3])));
        Assert.NotEqual(usual, Digest(5, Sample.Put([1], [1]), Sample.Put([2], [2], 5), Sample.Delete([9]), Sample.Put([3], [3])));
    }

    // Keys are looked at ahead by blocks and by so many of an entry.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1_000)]
    public void An_entry_of_many_mutations_gives_what_they_give_one_by_one(int mutations)
    {
        using var storage = Sample.Create(new MemoryDisk(), Sample.SmallSegments with { SegmentBytes = 4 << 20 });
        var together = storage.Partition(One);
        var single = storage.Partition(new PartitionId(2));
        var random = new Prng((ulong)mutations);
        for (var round = 0; round < 3; round++)
        {
            var body = new ArrayBufferWriter<byte>();
            WriteBody.WriteStart(body, RequestId.None, default);
            for (var number = 0; number < mutations; number++)
            {
                var key = Sample.Bytes(random.Chance(0.02) ? 2_000 : 20, random.Next(mutations));
                var mutation = random.Chance(0.2)
                    ? new Mutation { Kind = random.Chance(0.9) ? MutationKind.Delete : MutationKind.DeletePrefix, Key = key.AsSpan(0, 1 + random.Next(key.Length)) }
                    : new Mutation { Kind = MutationKind.Put, Key = key, Value = Sample.Bytes(random.Next(60), number), Expiry = random.Chance(0.1) ? 9 : 0 };
                WriteBody.WriteMutation(body, mutation);
                var alone = new ArrayBufferWriter<byte>();
                WriteBody.WriteStart(alone, RequestId.None, default);
                WriteBody.WriteMutation(alone, mutation);
                Sample.Append(single, 1, alone.WrittenSpan.ToArray());
            }

            Sample.Append(together, 1, body.WrittenSpan.ToArray());
            together.ApplyThrough(together.LastLsn.Sequence);
            single.ApplyThrough(single.LastLsn.Sequence);
            Assert.Equal(Content(single), Content(together));
        }

        // What each key has added to the sum is what it takes with it.
        foreach (var store in new[] { single, together })
        {
            for (var first = 0; first < 256; first++)
            {
                Sample.Append(store, 1, Sample.Delete([(byte)first], MutationKind.DeletePrefix));
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            Assert.Equal(0, store.Count);
            Assert.Equal(0UL, store.Sums[^1].Sum);
        }

        static List<string> Content(PartitionStore store)
        {
            var all = new Contents();
            store.Scan([], [], int.MaxValue, int.MaxValue, ref all);
            return all.Seen;
        }
    }

    [Fact]
    public void Getting_and_appending_allocate_nothing_in_the_steady_state()
    {
        using var storage = Sample.Create(
            new MemoryDisk(), new NodeStorageOptions { SegmentBytes = 8 << 20, RetainedLogEntries = 64, InlineValueBytes = 64 });
        var store = storage.Partition(One);
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(number => Sample.Bytes(20, number))];
        byte[][] bodies = [.. keys.Select((key, number) => Sample.Put(key, Sample.Bytes(number * 3, number)))];
        var writer = new ArrayBufferWriter<byte>(1024);

        void Round()
        {
            for (var number = 0; number < keys.Length; number++)
            {
                Sample.Append(store, 1, bodies[number]);
            }

            store.ApplyThrough(store.LastLsn.Sequence);
            foreach (var key in keys)
            {
                writer.ResetWrittenCount();
                store.TryGet(key, writer, out _, out _);
            }
        }

        for (var warm = 0; warm < 50; warm++)
        {
            Round();
        }

        // The runtime itself allocates now and then on whatever thread is at hand, and a new journal buffer is listed every mebibyte:
        // so the least of some measurements counts.
        var least = long.MaxValue;
        for (var measurement = 0; measurement < 5; measurement++)
        {
            storage.Flush(sync: true);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 10; round++)
            {
                Round();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Many_threads_append_while_one_flushes_and_others_read()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Sample.SmallSegments with { SegmentBytes = 64 * 1024, CachedJournalBytes = 8192 });
        const int Each = 3_000;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var writers = Enumerable.Range(0, 3).Select(number => Guarded(failures, () =>
        {
            var store = storage.Partition(new PartitionId((ushort)number));
            for (var entry = 0; entry < Each; entry++)
            {
                Sample.Append(store, 1, Sample.Put([(byte)(entry % 50)], Sample.Bytes(10 + (entry % 90), entry)));
                store.ApplyThrough(store.LastLsn.Sequence);
            }
        })).ToList();
        using var stop = new CancellationTokenSource();
        var flusher = Guarded(failures, () =>
        {
            while (!stop.IsCancellationRequested)
            {
                storage.Flush(sync: true);
                storage.PrepareSpace();
            }
        });
        var reader = Guarded(failures, () =>
        {
            var random = new Prng(1);
            var value = new ArrayBufferWriter<byte>();
            while (!stop.IsCancellationRequested)
            {
                value.ResetWrittenCount();
                if (storage.Partition(new PartitionId((ushort)random.Next(3))).TryGet([(byte)random.Next(50)], value, out var version, out _))
                {
                    var entry = (int)version.Sequence - 1;
                    Assert.Equal(Sample.Bytes(10 + (entry % 90), entry), value.WrittenSpan);
                }
            }
        });
        writers.ForEach(writer => writer.Join());
        stop.Cancel();
        flusher.Join();
        reader.Join();
        Assert.Empty(failures);
        storage.Flush(sync: true);
        using var again = NodeStorage.Open(disk.Crash(new Prng(5)), Sample.SmallSegments);
        for (ushort number = 0; number < 3; number++)
        {
            var recovered = again.Partition(new PartitionId(number));
            Assert.Equal((ulong)Each, recovered.LastLsn.Sequence);
            recovered.ApplyThrough(Each);
            Assert.Equal(storage.Partition(new PartitionId(number)).Digest(), recovered.Digest());
        }
    }

    private static Thread Guarded(System.Collections.Concurrent.ConcurrentQueue<Exception> failures, Action body)
    {
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure);
            }
        });
        thread.Start();
        return thread;
    }

    private sealed class Visits : IEntryVisitor
    {
        public List<string> Seen { get; } = [];

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            Seen.Add($"{Encoding.UTF8.GetString(storedKey)} {value.Length} {version} {expiry}");
            return true;
        }
    }

    /// <summary>Keys with their values, of whichever entries they came.</summary>
    private sealed class Contents : IEntryVisitor
    {
        public List<string> Seen { get; } = [];

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            Seen.Add($"{Convert.ToHexString(storedKey)} {Convert.ToHexString(value)} {expiry}");
            return true;
        }
    }
}
