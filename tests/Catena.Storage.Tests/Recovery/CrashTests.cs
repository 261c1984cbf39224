using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>Runs a storage against a disk that loses, tears and reorders what was not synced, fails and fills up, and compares with a model of what it must keep.</summary>
public sealed class CrashTests
{
    [Fact]
    public void Nothing_that_was_synced_is_lost_in_any_crash()
    {
        var seeds = Environment.GetEnvironmentVariable("CATENA_LONG_TESTS") == "1" ? 20_000UL : 400;
        var refused = 0UL;
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            try
            {
                var lives = new StorageLives(seed);
                lives.Run();
                refused += lives.Refused;
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }

        Assert.True(refused > seeds, $"{refused} steps were refused by a full disk");
    }

    [Fact]
    public void Nothing_is_lost_unsaid_where_a_disk_rots_after_a_crash()
    {
        var seeds = Environment.GetEnvironmentVariable("CATENA_LONG_TESTS") == "1" ? 20_000UL : 400;
        var tally = new int[3];
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            try
            {
                var lives = new StorageLives(seed);
                lives.Run();
                lives.CheckRotten(tally);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }

        Assert.All(tally, count => Assert.True(count > (int)seeds / 10, $"whole, without their tail and given up: {string.Join(", ", tally)} partitions"));
    }

    [Fact]
    public void What_a_failed_sync_left_in_the_cache_is_durable_once_it_has_been_recovered()
    {
        var disk = new MemoryDisk();
        using (var failing = Sample.Create(disk))
        {
            Sample.Append(failing.Partition(default), 1, Sample.Put("before"u8, "1"u8));
            failing.Flush(sync: true);
            Sample.Append(failing.Partition(default), 1, Sample.Put("cached"u8, "2"u8));
            disk.FailSync = true;
            Assert.Throws<StorageFailedException>(() => failing.Flush(sync: true));
        }

        disk.FailSync = false;
        using (var next = NodeStorage.Open(disk, Sample.SmallSegments))
        {
            Assert.Equal(2UL, next.Partition(default).LastLsn.Sequence);
            Sample.Append(next.Partition(default), 1, Sample.Put("after"u8, "3"u8));
            next.Flush(sync: true);
        }

        using var last = NodeStorage.Open(disk.Crash(new Prng(1)), Sample.SmallSegments);
        Assert.False(last.Partition(default).GivenUp);
        Assert.Equal(3UL, last.Partition(default).LastLsn.Sequence);
    }

    [Fact]
    public void Names_that_are_found_are_made_durable_before_anything_is_built_on_them()
    {
        var disk = new MemoryDisk();
        Sample.Create(disk).Close();
        var before = disk.DirectorySyncs;
        NodeStorage.Open(disk, Sample.SmallSegments).Close();
        Assert.True(disk.DirectorySyncs > before);
    }

    [Fact]
    public void A_crash_while_a_directory_is_made_a_nodes_leaves_it_nobodys_or_fresh_and_never_given_up()
    {
        var (nobodys, fresh) = (0, 0);
        for (ulong seed = 1; seed <= 1_000; seed++)
        {
            var random = new Prng(seed);
            var disk = new MemoryDisk();
            for (var crash = random.Next(4); crash >= 0; crash--)
            {
                disk.FailAfter = random.Next(14);
                try
                {
                    using var storage = NodeStorage.Open(disk, Sample.SmallSegments);
                    (nobodys, fresh) = storage.Identity is null ? (nobodys + 1, fresh) : (nobodys, fresh + 1);
                    CheckFresh(storage, seed);
                }
                catch (StorageFailedException)
                {
                    // The disk was told to fail.
                }

                disk = random.Chance(0.4) ? disk.Kill() : disk.Crash(random);
            }

            using (var storage = NodeStorage.Open(disk, Sample.SmallSegments))
            {
                CheckFresh(storage, seed);
                Sample.Append(storage.Partition(default), 1, Sample.Put("key"u8, "value"u8));
                storage.Flush(sync: true);
            }

            using var last = NodeStorage.Open(disk.Crash(random), Sample.SmallSegments);
            Assert.Equal(Sample.Identity, last.Identity);
            var store = last.Partition(default);
            store.ApplyThrough(1);
            Assert.Equal("value"u8.ToArray(), Sample.Get(store, "key"u8));
        }

        Assert.True(nobodys > 100 && fresh > 100, $"{nobodys} openings of nobody's directory, {fresh} of a node's");
    }

    private static void CheckFresh(NodeStorage storage, ulong seed)
    {
        if (storage.Identity is null)
        {
            storage.Initialize(Sample.Identity);
        }

        Assert.Equal(Sample.Identity, storage.Identity);
        Assert.False(storage.NodeRecordDoubtful, $"Seed {seed}: a node record that never was is missed.");
        Assert.False(storage.Partition(default).GivenUp, $"Seed {seed}: a partition that never was is given up.");
        Assert.False(storage.Partition(default).LostTail, $"Seed {seed}: a partition that never was lacks its tail.");
    }
}
