using Catena.Core.Primitives;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests;

/// <summary>Memory stays within its limit: values give way, and then nothing is added.</summary>
public sealed class MemoryTests
{
    private static readonly PartitionId One = new(1);

    [Fact]
    public void Values_stay_on_disk_alone_when_memory_is_tight_and_are_read_from_there()
    {
        using var storage = Sample.Create(new MemoryDisk(), Options(1 << 20));
        var store = storage.Partition(One);
        const int Keys = 4000;
        Write(storage, Keys, number => Sample.Bytes(200, number));
        Assert.InRange(storage.MemoryUse.InlineValues, 1, 750_000);
        Assert.InRange(storage.MemoryUse.Total, 1, 1_200_000);
        for (var number = 0; number < Keys; number++)
        {
            Assert.Equal(Sample.Bytes(200, number), Sample.Get(store, Key(number)));
        }
    }

    [Fact]
    public void What_the_gauges_say_goes_down_again_with_the_keys()
    {
        using var storage = Sample.Create(new MemoryDisk(), Options(64 << 20));
        Write(storage, 1000, number => Sample.Bytes(100, number));
        Assert.Equal(100_000, storage.MemoryUse.InlineValues);
        Write(storage, 1000, number => Sample.Bytes(50, number));
        Assert.Equal(50_000, storage.MemoryUse.InlineValues);
        var store = storage.Partition(One);
        for (var number = 0; number < 1000; number++)
        {
            Sample.Append(store, 1, Sample.Delete(Key(number)));
        }

        store.ApplyThrough(store.LastLsn.Sequence);
        Assert.Equal(0, storage.MemoryUse.InlineValues);
        Assert.InRange(storage.MemoryUse.Index, 0, 16_384);
    }

    [Fact]
    public void At_the_limit_the_store_says_so_until_keys_have_gone()
    {
        using var storage = Sample.Create(new MemoryDisk(), Options(1 << 20));
        var store = storage.Partition(One);
        var written = 0;
        for (; !store.IsMemoryFull && written < 100_000; written += 1000)
        {
            Write(storage, 1000, number => [1], written);
        }

        Assert.InRange(written, 5000, 50_000);
        Assert.InRange(storage.MemoryUse.Total, 1 << 20, 3 << 19);
        for (var number = 0; number < written; number++)
        {
            Sample.Append(store, 1, Sample.Delete(Key(number)));
        }

        store.ApplyThrough(store.LastLsn.Sequence);
        storage.Flush(sync: true);
        storage.PrepareSpace();
        Assert.False(store.IsMemoryFull);
    }

    private static NodeStorageOptions Options(long memory) => Sample.SmallSegments with
    {
        SegmentBytes = 256 * 1024,
        MemoryBytes = memory,
        InlineValueBytes = 256,
    };

    private static void Write(NodeStorage storage, int keys, Func<int, byte[]> value, int from = 0)
    {
        var store = storage.Partition(One);
        for (var number = from; number < from + keys; number++)
        {
            Sample.Append(store, 1, Sample.Put(Key(number), value(number)));
            if (number % 100 == 0)
            {
                store.ApplyThrough(store.LastLsn.Sequence);
                storage.Flush(sync: true);
                storage.PrepareSpace();
            }
        }

        store.ApplyThrough(store.LastLsn.Sequence);
        storage.Flush(sync: true);
        storage.PrepareSpace();
    }

    private static byte[] Key(int number) => System.Text.Encoding.UTF8.GetBytes($"key-{number:D6}");
}
