using System.Buffers;
using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>Damages what was durable and looks for what must not be: a wrong value, a crash, a loss that nobody is told of.</summary>
public sealed class DamageTests
{
    private const int Partitions = WrittenDisk.Partitions;
    private const int Entries = WrittenDisk.Entries;

    private static readonly NodeStorageOptions Checkpointing = Sample.SmallSegments with { CheckpointJournalBytes = 0 };

    [Fact]
    public void A_flipped_bit_costs_at_most_the_partition_whose_record_it_hit_and_is_never_silent()
    {
        var whole = WrittenDisk.Create(close: true);
        var given = 0;
        for (ulong seed = 1; seed <= 400; seed++)
        {
            var random = new Prng(seed);
            var disk = whole.Kill();
            var names = disk.Segments();
            var content = disk.Content(names[random.Next(names.Count)]);
            content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                given += CheckDamaged(disk, mostGivenUp: 1);

                // What was decided is durable: the next opening finds the same.
                CheckDamaged(disk, mostGivenUp: 1);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }

        Assert.InRange(given, 50, 400);
    }

    [Fact]
    public void Damaged_stretches_missing_files_and_misdirected_blocks_never_give_a_wrong_value()
    {
        var whole = WrittenDisk.Create(close: false);
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new Prng(seed);
            var disk = whole.Kill();
            try
            {
                for (var times = random.Next(3); times >= 0; times--)
                {
                    Damage(disk, random);
                }

                CheckDamaged(disk, Partitions);
                CheckDamaged(disk, Partitions);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }
    }

    [Fact]
    public void Any_bytes_as_segments_open_without_a_crash()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new Prng(seed);
            var disk = WrittenDisk.Create(close: false, entries: 3).Kill();
            foreach (var name in disk.Segments())
            {
                disk.Delete(name);
            }

            for (var count = random.Next(4); count >= 0; count--)
            {
                var bytes = Sample.Bytes(random.Next(20_000), (int)seed);
                if (random.Chance(0.5))
                {
                    bytes.AsSpan(0, Math.Min(bytes.Length, 100)).Clear();
                }

                disk.SetContent($"{1 + random.Next(6):x8}.journal", bytes);
            }

            try
            {
                using var storage = NodeStorage.Open(disk, Sample.SmallSegments);
                Sample.Append(storage.Partition(new PartitionId(0)), 1, Sample.Put([1], [1]));
                storage.Flush(sync: true);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }
    }

    [Fact]
    public void A_value_damaged_after_it_was_written_is_refused_and_others_are_not()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Sample.SmallSegments with { CachedJournalBytes = 0 });
        var store = storage.Partition(new PartitionId(1));
        Sample.Append(store, 1, Sample.Put([1], Sample.Bytes(2_000, 1)));
        Sample.Append(store, 1, Sample.Put([2], Sample.Bytes(9_000, 2)));
        Sample.Append(store, 1, Sample.Put([3], Sample.Bytes(9_000, 3)));
        store.ApplyThrough(3);
        storage.Flush(sync: true);
        var content = disk.Content(disk.Segments()[0]);
        content[content.AsSpan().IndexOf(Sample.Bytes(2_000, 1)) + 1_000] ^= 1;
        Assert.Throws<StorageDamagedException>(() => Sample.Get(store, [1]));
        Assert.Throws<StorageDamagedException>(() => store.ReadFrames(1, 1, 1_000, new ArrayBufferWriter<byte>()));
        Assert.Equal(Sample.Bytes(9_000, 2), Sample.Get(store, [2]));
        store.Reset(ResetReason.Damaged);
        storage.Flush(sync: true);
        using var again = NodeStorage.Open(disk.Kill(), Sample.SmallSegments);
        Assert.True(again.Partition(new PartitionId(1)).GivenUp);
    }

    [Fact]
    public void A_segment_of_another_node_or_a_newer_format_is_refused_by_name()
    {
        var disk = WrittenDisk.Create(close: true, entries: 3);
        var stranger = new MemoryDisk();
        using (var storage = NodeStorage.Open(stranger, Sample.SmallSegments))
        {
            storage.Initialize(new NodeIdentity(Guid.Empty, new NodeId(9)));
        }

        stranger.SetContent("00000001.journal", disk.Content("00000001.journal"));
        var refused = Assert.Throws<StorageCorruptException>(() => NodeStorage.Open(stranger, Sample.SmallSegments));
        Assert.Contains("00000001.journal belongs to node 1122334455667788", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_identity_is_made_good_from_any_segment_and_refused_where_none_says_it(bool isDamaged)
    {
        var disk = WrittenDisk.Create(close: true, entries: 3);
        if (isDamaged)
        {
            disk.Content("identity")[20] ^= 1;
        }
        else
        {
            disk.Delete("identity");
        }

        var headless = disk.Kill();
        using (var storage = NodeStorage.Open(disk, Sample.SmallSegments))
        {
            Assert.Equal(Sample.Identity, storage.Identity);
            Assert.DoesNotContain(storage.Partitions, store => store.GivenUp);
        }

        foreach (var name in headless.Segments())
        {
            headless.Content(name)[5] ^= 1;
        }

        Assert.Contains("identity", Assert.Throws<StorageCorruptException>(() => NodeStorage.Open(headless, Sample.SmallSegments)).Message, StringComparison.Ordinal);
        NodeStorage.Open(disk, Sample.SmallSegments).Close();
    }

    [Fact]
    public void What_a_recycled_segment_held_before_is_not_read_again()
    {
        var disk = WrittenDisk.Create(close: true);
        var names = disk.Segments();
        var last = int.Parse(names[^1][..8], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

        // The oldest segment's bytes under the newest name, its beginning cleared, as recycling does.
        var recycled = (byte[])disk.Content(names[1]).Clone();
        recycled.AsSpan(0, 4096).Clear();
        disk.SetContent($"{last + 1:x8}.journal", recycled);
        for (var round = 0; round < 20; round++)
        {
            using var storage = NodeStorage.Open(disk, Sample.SmallSegments);
            Assert.False(storage.TornEnd);
            for (var number = 0; number < Partitions; number++)
            {
                var store = storage.Partition(new PartitionId((ushort)number));
                Assert.False(store.GivenUp);
                Assert.False(store.LostTail);
                Assert.Equal((ulong)Entries + ((ulong)round * 5), store.LastLsn.Sequence);
                for (var entry = 0; entry < 5; entry++)
                {
                    Sample.Append(store, 1, Sample.Put([1], Sample.Bytes(100, entry)));
                }
            }

            storage.Flush(sync: true);
            disk = disk.Crash(new Prng((ulong)round + 1));
        }
    }

    [Fact]
    public void Damage_that_no_later_mark_covers_costs_every_partition_that_no_mark_lists()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var first = storage.Partition(new PartitionId(1));
        var second = storage.Partition(new PartitionId(2));
        Sample.Append(first, 1, Sample.Put([1], [1]));
        Sample.Append(second, 1, Sample.Put([1], [1]));
        storage.SaveNodeRecord("before"u8);
        storage.Flush(sync: true);
        var from = WrittenDisk.JournalEnd(disk);
        first.SaveReplicaState("promised"u8);
        storage.SaveNodeRecord("after"u8);
        storage.Flush(sync: true);
        Sample.Append(second, 1, Sample.Put([1], [2]));
        storage.Flush(sync: true);
        var to = WrittenDisk.JournalEnd(disk);
        for (var batch = 0; batch < 3; batch++)
        {
            Sample.Append(second, 1, Sample.Put([1], [3]));
            storage.Flush(sync: true);
        }

        disk.Content(disk.Segments()[0]).AsSpan(from, to - from).Fill(0xAA);
        var copyless = disk.Kill();
        copyless.Delete("node");
        for (var opening = 0; opening < 4; opening++)
        {
            if (opening == 2)
            {
                // By now the journal holds it once more.
                disk.Delete("node");
            }

            var hasCopy = opening % 2 == 0;
            using var again = NodeStorage.Open(hasCopy ? disk : copyless, Sample.SmallSegments);
            Assert.True(again.Partition(new PartitionId(1)).GivenUp);
            Assert.True(again.Partition(new PartitionId(2)).GivenUp);
            Assert.Equal(!hasCopy, again.NodeRecordDoubtful);
            Assert.Equal(hasCopy, again.NodeRecord.Span.SequenceEqual("after"u8));

            // Of a partition that nothing is found of, nobody knows whether it was there.
            Assert.True(again.Partition(new PartitionId(77)).GivenUp);
        }
    }

    [Fact]
    public void The_same_damage_with_synced_batches_behind_it_costs_the_partition()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var first = storage.Partition(new PartitionId(1));
        Sample.Append(first, 1, Sample.Put([1], Sample.Bytes(700, 99)));
        first.SaveReplicaState("e5"u8);
        storage.Flush(sync: true);
        Sample.Append(storage.Partition(new PartitionId(2)), 1, Sample.Put([1], [1]));
        storage.Flush(sync: true);
        Sample.Append(storage.Partition(new PartitionId(2)), 1, Sample.Put([1], [1]));
        storage.Flush(sync: true);
        var damaged = disk.Kill();
        var content = damaged.Content(damaged.Segments()[0]);
        content[content.AsSpan().LastIndexOf("e5"u8)] ^= 1;
        for (var opening = 0; opening < 3; opening++)
        {
            using var again = NodeStorage.Open(damaged, Sample.SmallSegments);
            Assert.True(again.Partition(new PartitionId(1)).GivenUp);
            Assert.Equal(Lsn.Zero, again.Partition(new PartitionId(1)).LastLsn);
            Assert.False(again.Partition(new PartitionId(2)).GivenUp);
            Assert.Equal(2UL, again.Partition(new PartitionId(2)).LastLsn.Sequence);
            Assert.False(again.TornEnd);
        }
    }

    [Theory]
    [InlineData(0x00, 0, false)]
    [InlineData(0xAA, 0, false)]
    [InlineData(0xAA, 64, false)]
    [InlineData(0xAA, 64, true)]
    [InlineData(0x00, 64, true)]
    public void A_journal_without_one_whole_record_has_lost_them_all_and_is_no_fresh_one(byte filler, int from, bool isDeleted)
    {
        foreach (var (options, hasPartition) in new[] { (Sample.SmallSegments, true), (Checkpointing, true), (Checkpointing, false) })
        {
            var disk = new MemoryDisk();
            using (var storage = Sample.Create(disk, options))
            {
                if (hasPartition)
                {
                    Sample.Append(storage.Partition(new PartitionId(1)), 1, Sample.Put([1], [1]));
                }

                storage.SaveNodeRecord("before"u8);
                storage.Flush(sync: true);
                storage.Checkpoint(new Unlocked(storage), options.CheckpointJournalBytes);
            }

            Assert.Equal(options.CheckpointJournalBytes == 0, disk.List().Any(name => name.StartsWith("manifest", StringComparison.Ordinal)));
            foreach (var name in disk.Segments())
            {
                disk.Content(name).AsSpan(from).Fill(filler);
                if (isDeleted)
                {
                    disk.Delete(name);
                }
            }

            using (var copied = NodeStorage.Open(disk.Kill(), options))
            {
                Assert.False(copied.NodeRecordDoubtful);
                Assert.Equal("before"u8, copied.NodeRecord.Span);
            }

            disk.Delete("node");
            for (var opening = 0; opening < 2; opening++)
            {
                using var again = NodeStorage.Open(disk, options);
                Assert.Equal(Sample.Identity, again.Identity);
                Assert.Equal(opening == 0, again.UncleanStop);
                Assert.False(again.TornEnd);
                Assert.True(again.Partition(new PartitionId(1)).GivenUp);
                Assert.True(again.Partition(new PartitionId(2)).GivenUp);
                Assert.True(again.NodeRecordDoubtful);
                again.Close();
            }

            using (var next = NodeStorage.Open(disk, options))
            {
                next.SaveNodeRecord("after"u8);
                next.Flush(sync: true);
            }

            using var last = NodeStorage.Open(disk, options);
            Assert.False(last.NodeRecordDoubtful);
            Assert.Equal("after"u8, last.NodeRecord.Span);
        }
    }

    private static int CheckDamaged(MemoryDisk disk, int mostGivenUp)
    {
        using var storage = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.False(disk.HasUnsynced);
        var given = 0;
        for (var number = 0; number < Partitions; number++)
        {
            var store = storage.Partition(new PartitionId((ushort)number));
            if (store.GivenUp)
            {
                given++;
                Assert.Equal(0, store.Count);
                continue;
            }

            var last = (int)store.LastLsn.Sequence;
            Assert.True(last == Entries || store.LostTail, $"Partition {number} ends at {last}, and nobody is told.");
            store.ApplyThrough(store.LastLsn.Sequence);
            for (var key = 0; key < 16; key++)
            {
                var latest = last - 1 - (((last - 1 - key) % 16 + 16) % 16);
                Assert.Equal(
                    latest < 0 ? null : Sample.Bytes((latest * 7) % 90, latest + (number << 16)), Sample.Get(store, [(byte)key]));
            }
        }

        Assert.False(storage.NodeRecordDoubtful);
        Assert.Equal("node"u8, storage.NodeRecord.Span);
        Assert.InRange(given, 0, mostGivenUp);
        return given;
    }

    private static void Damage(MemoryDisk disk, Prng random)
    {
        var names = disk.Segments();
        if (names.Count == 0)
        {
            return;
        }

        var name = names[random.Next(names.Count)];
        var content = disk.Content(name);
        if (content.Length < 1024)
        {
            return;
        }

        var from = random.Next(content.Length - 512) & -512;
        var length = Math.Min(content.Length - from, 512 * (1 + random.Next(8)));
        switch (random.Next(4))
        {
            case 0:
                content.AsSpan(from, length).Clear();
                break;
            case 1:
                Sample.Bytes(length, from).CopyTo(content.AsSpan(from));
                break;
            case 2:
                // A block written to the wrong place.
                content.AsSpan(random.Next(content.Length - length) & -512, length).CopyTo(content.AsSpan(from));
                break;
            default:
                // The newest file missing cannot be told from one that never was, so it is spared.
                if (name != names[^1] && disk.Content(names[^1]).AsSpan().ContainsAnyExcept((byte)0))
                {
                    disk.Delete(name);
                }

                break;
        }
    }
}
