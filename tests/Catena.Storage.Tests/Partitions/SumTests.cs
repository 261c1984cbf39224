using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Partitions;

/// <summary>Equal states sum up to the same, however they came about and wherever their values stand.</summary>
public sealed class SumTests
{
    private static readonly PartitionId One = new(1);

    private static readonly NodeStorageOptions Small = Sample.SmallSegments with { RetainedLogBytes = 0, RecoveryThreads = 1 };

    [Fact]
    public void Replicas_that_applied_the_same_entries_sum_up_to_the_same()
    {
        using var inline = Sample.Create(new MemoryDisk(), Small with { InlineValueBytes = 256 });
        using var journal = Sample.Create(new MemoryDisk(), Small with { InlineValueBytes = 0 });
        Write(inline.Partition(One), new Prng(3), 3000);
        Write(journal.Partition(One), new Prng(3), 3000);
        Assert.Equal(inline.Partition(One).Sums, journal.Partition(One).Sums);
        Assert.Equal([1024UL, 2048UL, 3000UL], inline.Partition(One).Sums.Select(sum => sum.At.Sequence));
    }

    [Fact]
    public void One_value_one_version_and_one_expiry_time_make_a_difference()
    {
        var sums = new[] { Sample.Put("k"u8, "v"u8), Sample.Put("k"u8, "w"u8), Sample.Put("k"u8, "v"u8, expiry: 5), Sample.Put("l"u8, "v"u8) }
            .Select(body => SumOf(body, 1)).Append(SumOf(Sample.Put("k"u8, "v"u8), 2)).ToList();
        Assert.Equal(5, sums.Distinct().Count());
    }

    [Fact]
    public void The_sum_outlives_restarts_checkpoints_and_compaction()
    {
        var disk = new MemoryDisk();
        ulong expected;
        using (var storage = Sample.Create(disk, Small))
        {
            var store = storage.Partition(One);
            var random = new Prng(8);
            for (var round = 0; round < 10; round++)
            {
                Write(store, random, 300);
                for (var worked = 1L; worked > 0; worked = storage.Maintenance.Step(new Unlocked(storage)))
                {
                    storage.Flush(sync: true);
                }
            }

            storage.Checkpoint(new Unlocked(storage), 0);
            Write(store, random, 50);
            expected = store.Sums[^1].Sum;
            storage.Flush(sync: true);
        }

        using var again = NodeStorage.Open(disk.Crash(new Prng(1)), Small);
        again.Partition(One).ApplyThrough(again.Partition(One).LastLsn.Sequence);
        Assert.Equal(expected, again.Partition(One).Sums[^1].Sum);
    }

    [Fact]
    public void A_snapshot_carries_the_sum()
    {
        using var from = Sample.Create(new MemoryDisk(), Small);
        using var to = Sample.Create(new MemoryDisk(), Small);
        var source = from.Partition(One);
        Write(source, new Prng(4), 500);
        var target = to.Partition(One);
        Install(source, target);
        Assert.Equal(source.Sums[^1], target.Sums[^1]);
    }

    /// <summary>An entry that was never applied leaves nothing behind for the one that has its sequence afterwards.</summary>
    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("snapshot")]
    public void What_takes_the_place_of_entries_sums_up_as_if_they_had_never_been(string what)
    {
        using var storage = Sample.Create(new MemoryDisk(), Small);
        using var other = Sample.Create(new MemoryDisk(), Small);
        var (store, source) = (storage.Partition(One), other.Partition(One));
        Sample.Append(store, 1, Sample.Put("first"u8, "v"u8));
        Sample.Append(source, 1, Sample.Put("first"u8, "v"u8));
        source.ApplyThrough(1);
        Sample.Append(store, 1, Sample.Put("second"u8, "v"u8));
        Sample.Append(store, 1, Sample.Put("third"u8, "v"u8));
        switch (what)
        {
            case "cut":
                store.ApplyThrough(1);
                store.Truncate(1);
                break;
            case "reset":
                store.Reset(ResetReason.Damaged);
                Sample.Append(store, 2, Sample.Put("first"u8, "v"u8));
                store.ApplyThrough(1);
                break;
            default:
                Install(source, store);
                break;
        }

        foreach (var each in new[] { store, source })
        {
            Sample.Append(each, 2, Sample.Put("other"u8, "v"u8));
            Sample.Append(each, 2, Sample.Delete("first"u8));
            each.ApplyThrough(3);
        }

        Assert.Equal("v"u8.ToArray(), Sample.Get(store, "other"u8));
        Assert.Equal(source.Sums[^1].Sum, store.Sums[^1].Sum);
    }

    private static void Install(PartitionStore source, PartitionStore target)
    {
        target.BeginInstall(source.Applied, source.Lineage.ToArray());
        byte[]? next = [];
        while (next is not null)
        {
            var piece = new ArrayBufferWriter<byte>();
            source.ReadSnapshotChunk(next, 2000, piece, out next);
            target.InstallChunk(piece.WrittenSpan);
        }

        var results = new ArrayBufferWriter<byte>();
        new RequestResults().WriteTo(results);
        target.EndInstall(source.Applied.Sequence, results.WrittenSpan);
    }

    private static ulong SumOf(byte[] body, ulong epoch)
    {
        using var storage = Sample.Create(new MemoryDisk(), Small);
        var store = storage.Partition(One);
        Sample.Append(store, epoch, body);
        store.ApplyThrough(1);
        return store.Sums[^1].Sum;
    }

    private static void Write(PartitionStore store, Prng random, int count)
    {
        for (var left = count; left > 0; left--)
        {
            var key = Encoding.UTF8.GetBytes($"key-{random.Next(200)}");
            var value = Sample.Bytes(random.Next(150), random.Next(1 << 30));
            Sample.Append(store, 1, random.Chance(0.2) ? Sample.Delete(key) : Sample.Put(key, value, expiry: random.Chance(0.1) ? 77 : 0));
        }

        store.ApplyThrough(store.LastLsn.Sequence);
    }
}
