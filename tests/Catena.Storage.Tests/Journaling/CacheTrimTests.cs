using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Journaling;

/// <summary>What of the journal the operating system is told to forget. That nothing is forgotten which is not synced, the disk sees to.</summary>
public sealed class CacheTrimTests : IDisposable
{
    private const int PageBytes = 4096;

    private readonly MemoryDisk _disk = new();
    private readonly NodeStorage _storage;

    public CacheTrimTests() => _storage = Sample.Create(_disk, Sample.SmallSegments with { InlineValueBytes = 200 });

    public void Dispose() => _storage.Dispose();

    [Fact]
    public void All_that_is_synced_ahead_is_forgotten_and_the_rest_of_a_segment_once_the_next_is_begun()
    {
        Write(bytes: 40_000, valueBytes: 100);

        var segments = Segments();
        Assert.InRange(segments.Length, 3, 4);
        Assert.All(segments[..^1], segment => Assert.Equal(Sample.SmallSegments.SegmentBytes, ForgottenThrough(segment)));
    }

    [Fact]
    public void What_is_written_while_the_disk_syncs_is_not_forgotten()
    {
        Write(bytes: 1_000, valueBytes: 100);
        _disk.WhileSyncing = () =>
        {
            Append(bytes: 10_000, valueBytes: 100);
            _storage.Flush(sync: false);
        };
        _storage.SyncAhead();
        Assert.Empty(Segments());
        _storage.SyncAhead();
        Assert.InRange(ForgottenThrough(Assert.Single(Segments())), PageBytes, Sample.SmallSegments.SegmentBytes);
    }

    [Fact]
    public void What_others_have_synced_is_forgotten_too_and_segments_in_the_midst_of_a_flush()
    {
        Append(bytes: 30_000, valueBytes: 100);
        _storage.Flush(sync: true);
        _storage.SyncAhead();

        var segments = Segments();
        Assert.InRange(segments.Length, 3, 4);
        Assert.All(segments[..^1], segment => Assert.Equal(Sample.SmallSegments.SegmentBytes, ForgottenThrough(segment)));
    }

    [Fact]
    public void What_an_earlier_process_has_written_stays()
    {
        Write(bytes: 5_000, valueBytes: 100);
        _storage.Close();
        var written = Segments()[0];
        var before = _disk.Forgotten(written).Count;
        using var again = NodeStorage.Open(_disk, Sample.SmallSegments with { InlineValueBytes = 200 });
        again.Flush(sync: true);
        again.SyncAhead();
        Assert.Equal(before, _disk.Forgotten(written).Count);
    }

    [Fact]
    public void A_segment_with_a_value_that_stands_nowhere_else_is_kept()
    {
        Write(bytes: 5_000, valueBytes: 100);
        Sample.Append(Store, 1, Sample.Put([1], Sample.Bytes(1_000, 1)));
        Write(bytes: 2_000, valueBytes: 100);
        var kept = Segments()[0];
        var before = ForgottenThrough(kept);
        Write(bytes: 20_000, valueBytes: 100);

        Assert.InRange(before, PageBytes, 9_000);
        Assert.Equal(before, ForgottenThrough(kept));
        Assert.Equal(Sample.SmallSegments.SegmentBytes, ForgottenThrough(Segments()[1]));
    }

    private PartitionStore Store => _storage.Partition(new PartitionId(4));

    private string[] Segments() => [.. _disk.List().Where(name => name.EndsWith(".journal", StringComparison.Ordinal) && _disk.Forgotten(name).Count > 0).Order(StringComparer.Ordinal)];

    private void Write(int bytes, int valueBytes)
    {
        for (var written = 0; written < bytes; written += 1_000)
        {
            Append(1_000, valueBytes);
            _storage.Flush(sync: false);
            _storage.SyncAhead();
        }
    }

    private void Append(int bytes, int valueBytes)
    {
        for (var appended = 0; appended < bytes; appended += valueBytes)
        {
            Sample.Append(Store, 1, Sample.Put([(byte)appended], Sample.Bytes(valueBytes, appended)));
        }
    }

    /// <summary>Up to where a file is forgotten without a gap.</summary>
    private long ForgottenThrough(string name)
    {
        var through = 0L;
        foreach (var (offset, length) in _disk.Forgotten(name))
        {
            Assert.InRange(offset, 0, through);
            Assert.Equal((0, 0), (offset % PageBytes, length % PageBytes));
            through = offset + length;
        }

        return through;
    }
}
