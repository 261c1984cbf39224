using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Checkpoints;

/// <summary>A restart begins with the newest checkpoints that are whole, and replays what follows them.</summary>
public sealed class CheckpointTests
{
    private static readonly PartitionId One = new(1);
    private static readonly PartitionId Two = new(2);

    private static readonly NodeStorageOptions Options = Sample.SmallSegments with { RecoveryThreads = 1, RetainedLogBytes = 0 };

    [Fact]
    public void What_follows_a_checkpoint_is_replayed_on_top_of_it()
    {
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk, Options))
        {
            Fill(storage, One, 0, 200);
            Fill(storage, Two, 0, 10);
            Checkpoint(storage);
            Fill(storage, One, 150, 250);
            storage.Flush(sync: true);
        }

        using var again = NodeStorage.Open(disk.Crash(new Prng(1)), Options);
        Check(again, One, 250, changedFrom: 150);
        Check(again, Two, 10);
        Assert.Equal("state 1"u8, again.Partition(One).ReplicaState.Span);
        Assert.Equal("node"u8, again.NodeRecord.Span);
    }

    [Fact]
    public void A_node_record_and_a_partition_that_only_checkpoints_hold_survive_the_loss_of_all_earlier_segments()
    {
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk, Options))
        {
            Fill(storage, One, 0, 50);
            Checkpoint(storage);
            for (var round = 0; round < 40; round++)
            {
                Fill(storage, Two, 0, 50);
                Checkpoint(storage);
                Settle(storage);
            }

            Assert.DoesNotContain("00000001.journal", disk.List());
        }

        using var again = NodeStorage.Open(disk.Crash(new Prng(2)), Options);
        Check(again, One, 50);
        Check(again, Two, 50);
        Assert.Equal("node"u8, again.NodeRecord.Span);
    }

    [Theory]
    [InlineData("manifest-")]
    [InlineData("00001-")]
    public void A_damaged_file_costs_a_longer_replay_and_nothing_else(string prefix)
    {
        var disk = Twice();
        var newest = disk.List().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        disk.Flip(newest, 100);
        using var again = NodeStorage.Open(disk, Options);
        Check(again, One, 300, changedFrom: 100);
        Assert.False(again.Partition(One).GivenUp);
    }

    [Fact]
    public void A_partition_none_of_whose_checkpoints_is_whole_is_given_up_and_the_others_are_not()
    {
        var disk = Twice();
        foreach (var name in disk.List().Where(name => name.StartsWith("00001-", StringComparison.Ordinal)).ToList())
        {
            disk.Flip(name, 90);
        }

        for (var life = 0; life < 2; life++)
        {
            using var again = NodeStorage.Open(disk, Options);
            Assert.True(again.Partition(One).GivenUp);
            Assert.Equal(0, again.Partition(One).Count);
            Check(again, Two, 20);
        }
    }

    [Fact]
    public void A_snapshot_that_arrives_slowly_keeps_its_records_beside_any_number_of_checkpoints()
    {
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk, Options))
        {
            var arriving = storage.Partition(Two);
            var @base = new Lsn(new Epoch(4), 9);
            arriving.BeginInstall(@base, [new EpochStart(@base.Epoch, 1)]);
            var chunk = new ArrayBufferWriter<byte>();
            chunk.WriteUInt32(0);
            SnapshotChunk.WriteEntry(chunk, "key"u8, @base, 0, "value"u8);
            var bytes = chunk.WrittenSpan.ToArray();
            SnapshotChunk.Seal(bytes);
            arriving.InstallChunk(bytes);
            for (var round = 0; round < 20; round++)
            {
                Fill(storage, One, 0, 50);
                Checkpoint(storage);
                Settle(storage);
            }

            var results = new ArrayBufferWriter<byte>();
            new RequestResults().WriteTo(results);
            arriving.EndInstall(@base.Sequence, results.WrittenSpan);
            storage.Flush(sync: true);
        }

        using var again = NodeStorage.Open(disk.Crash(new Prng(4)), Options);
        Assert.False(again.Partition(Two).GivenUp);
        Assert.Equal("value"u8.ToArray(), Sample.Get(again.Partition(Two), "key"u8));
    }

    /// <summary>The manifests in force never name the same file, whether recovery had one to fall back from or not.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    public void One_damaged_file_costs_nothing_while_a_snapshot_arrives(bool isNewestDamagedBefore, int rounds)
    {
        var disk = Twice();
        if (isNewestDamagedBefore)
        {
            disk.Flip(CheckpointsOf(disk, One)[^1], 90);
        }

        using (var storage = NodeStorage.Open(disk, Options))
        {
            Check(storage, One, 300, changedFrom: 100);
            storage.Partition(One).BeginInstall(new Lsn(new Epoch(9), 1000), [new EpochStart(new Epoch(9), 1)]);
            for (var round = 0; round <= rounds; round++)
            {
                Fill(storage, Two, 0, 20);
                Checkpoint(storage);
            }
        }

        Assert.Equal(2, CheckpointsOf(disk, One).Count);
        foreach (var name in CheckpointsOf(disk, One).Where(_ => !isNewestDamagedBefore))
        {
            var damaged = disk.Kill();
            damaged.Flip(name, 90);
            using var again = NodeStorage.Open(damaged, Options);
            Check(again, One, 300, changedFrom: 100);
        }

        using var last = NodeStorage.Open(disk, Options);
        Check(last, One, 300, changedFrom: 100);
    }

    /// <summary>Its first bytes are cleared before it gets another name; nothing that counts lies in it then, but an idle partition may still list log entries there.</summary>
    [Fact]
    public void A_segment_that_a_crash_has_left_on_the_way_to_its_next_use_holds_no_log()
    {
        var disk = new MemoryDisk();
        var options = Options with { RetainedLogBytes = 1 << 20, CompactBelow = 0 };
        using (var storage = Sample.Create(disk, options))
        {
            Fill(storage, One, 0, 1000);
            Checkpoint(storage);
            Checkpoint(storage);
            Fill(storage, Two, 0, 1000);
            Checkpoint(storage);
            Checkpoint(storage);
        }

        var forgotten = 0;
        foreach (var name in disk.Segments().Take(4))
        {
            var cleared = disk.Kill();
            cleared.Content(name).AsSpan(0, 4096).Clear();
            using var again = NodeStorage.Open(cleared, options);
            var store = again.Partition(One);
            Assert.False(store.GivenUp);
            forgotten += store.FirstReadable > 1 ? 1 : 0;
            store.ReadFrames(store.FirstReadable, store.LastLsn.Sequence, int.MaxValue, new ArrayBufferWriter<byte>());
        }

        Assert.Equal(4, forgotten);
    }

    [Fact]
    public void What_recovery_finds_damaged_is_soon_not_in_force_any_more()
    {
        var disk = Twice();
        var damaged = CheckpointsOf(disk, One)[^1];
        disk.Flip(damaged, 90);
        using var storage = NodeStorage.Open(disk, Options with { CheckpointJournalBytes = long.MaxValue });
        Settle(storage);
        Assert.DoesNotContain(damaged, disk.List());
        Assert.Equal(2, CheckpointsOf(disk, One).Count);
    }

    [Fact]
    public void Every_byte_of_a_checkpoint_and_a_manifest_is_covered_by_a_checksum()
    {
        var disk = Twice();
        foreach (var name in disk.List().Where(name => !name.EndsWith(".journal", StringComparison.Ordinal) && name != "identity").ToList())
        {
            for (var offset = 0; offset < disk.LengthOf(name); offset += 37)
            {
                var damaged = disk.Kill();
                damaged.Flip(name, offset);
                using var again = NodeStorage.Open(damaged, Options);
                Check(again, One, 300, changedFrom: 100);
                Check(again, Two, 20);
            }
        }
    }

    [Fact]
    public void A_journal_that_ends_before_a_checkpoint_is_not_gone_on_with_where_recovery_would_not_look()
    {
        var disk = Twice();
        foreach (var name in disk.List().Where(name => name.EndsWith(".journal", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Skip(1).ToList())
        {
            disk.Delete(name);
        }

        using (var again = NodeStorage.Open(disk, Options))
        {
            Assert.True(again.Partition(One).GivenUp);
            again.Partition(One).Reset(ResetReason.StartOver);
            Fill(again, One, 0, 5);
            again.Flush(sync: true);
        }

        using var last = NodeStorage.Open(disk.Crash(new Prng(3)), Options);
        Check(last, One, 5);
    }

    /// <summary>Two rounds of checkpoints, with writes before, between and behind them; nothing compacted.</summary>
    private static MemoryDisk Twice()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Options with { CompactBelow = 0 });
        Fill(storage, One, 0, 150);
        Fill(storage, Two, 0, 20);
        Checkpoint(storage);
        Fill(storage, One, 100, 200);
        Checkpoint(storage);
        Fill(storage, One, 100, 300);
        storage.Flush(sync: true);
        return disk;
    }

    private static void Fill(NodeStorage storage, PartitionId partition, int from, int to)
    {
        var store = storage.Partition(partition);
        for (var number = from; number < to; number++)
        {
            Sample.Append(store, 1, Sample.Put(Key(number), Value(number, from)));
        }

        store.ApplyThrough(store.LastLsn.Sequence);
        store.SaveReplicaState(Encoding.UTF8.GetBytes($"state {partition}"));
        storage.SaveNodeRecord("node"u8);
    }

    private static void Check(NodeStorage storage, PartitionId partition, int count, int changedFrom = 0)
    {
        var store = storage.Partition(partition);
        store.ApplyThrough(store.LastLsn.Sequence);
        Assert.Equal(count, store.Count);
        for (var number = 0; number < count; number++)
        {
            Assert.Equal(Value(number, number >= changedFrom ? changedFrom : 0), Sample.Get(store, Key(number)));
        }
    }

    private static void Checkpoint(NodeStorage storage)
    {
        while (!storage.Maintenance.TryCheckpoint(new Unlocked(storage)))
        {
            storage.Flush(sync: true);
        }
    }

    private static List<string> CheckpointsOf(MemoryDisk disk, PartitionId partition) =>
        [.. disk.List().Where(name => name.StartsWith($"{partition.Value:D5}-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static void Settle(NodeStorage storage)
    {
        while (storage.Maintenance.Step(new Unlocked(storage)) > 0)
        {
            storage.Flush(sync: true);
        }
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D6}");

    private static byte[] Value(int number, int since) => Sample.Bytes((number * 7 % 90) + 1, number + (since * 1000));
}
