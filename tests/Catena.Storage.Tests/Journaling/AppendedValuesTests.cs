using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Journaling;

/// <summary>Values that stay in the journal alone are written where readers find them without the disk.</summary>
public sealed class AppendedValuesTests : IDisposable
{
    private readonly MemoryDisk _disk = new();
    private readonly NodeStorage _storage;

    public AppendedValuesTests() => _storage = Sample.Create(_disk);

    private PartitionStore Store => _storage.Partition(new PartitionId(4));

    public void Dispose() => _storage.Dispose();

    [Fact]
    public void A_flush_with_a_value_too_long_for_the_index_says_that_it_is_read_soon_and_the_next_does_not()
    {
        Assert.False(IsReadSoon(10, 30));
        Assert.True(IsReadSoon(10, 500, 10));
        Assert.False(IsReadSoon(Sample.SmallSegments.InlineValueBytes));
        Assert.True(IsReadSoon(Sample.SmallSegments.InlineValueBytes + 1));
    }

    [Fact]
    public void Many_short_values_in_one_entry_are_no_long_one()
    {
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, RequestId.None, default);
        for (var number = 0; number < 100; number++)
        {
            WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = [(byte)number], Value = Sample.Bytes(30, number) });
        }

        Sample.Append(Store, 1, body.WrittenSpan.ToArray());
        Assert.False(IsReadSoon());
        WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = [1], Value = Sample.Bytes(500, 1) });
        Sample.Append(Store, 1, body.WrittenSpan.ToArray());
        Assert.True(IsReadSoon());
    }

    [Fact]
    public void What_could_not_be_flushed_without_a_sync_is_not_forgotten()
    {
        // The segment is full in the midst of it: the next one cannot be begun without a sync.
        Sample.Append(Store, 1, Sample.Put([1], Sample.Bytes(15_000, 1)));
        Assert.True(_storage.TryFlushUnsynced());
        Sample.Append(Store, 1, Sample.Put([2], Sample.Bytes(2_000, 1)));
        Assert.False(_storage.TryFlushUnsynced());

        Assert.True(IsReadSoon());
    }

    private bool? IsReadSoon(params int[] lengths)
    {
        foreach (var length in lengths)
        {
            Sample.Append(Store, 1, Sample.Put([1], Sample.Bytes(length, 1)));
        }

        _storage.Flush(sync: true);
        return _disk.IsReadSoon;
    }
}
