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
                refused += RunLives(seed);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {failure}");
            }
        }

        Assert.True(refused > seeds, $"{refused} steps were refused by a full disk");
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

    private static ulong RunLives(ulong seed)
    {
        var random = new Prng(seed);
        var options = Sample.SmallSegments with
        {
            SegmentBytes = 8192 << random.Next(3),
            CheckpointJournalBytes = random.Next(2) * random.Next(100_000),
            RetainedLogBytes = random.Next(2) * random.Next(100_000),
            CompactBelow = random.Next(10) / 10.0,
            RecoveryThreads = 1,
        };
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk, options))
        {
            storage.Close();
        }

        var models = Enumerable.Range(0, 4).Select(number => new PartitionModel(new PartitionId((ushort)(number * 3)))).ToList();
        byte[] saved = [];
        byte[] saving = [];
        var refused = 0UL;
        for (byte life = 0; life < 6; life++)
        {
            var crashed = disk;
            if (random.Chance(0.1))
            {
                disk.Delete("node");
            }

            var hasCopy = disk.Exists("node");
            using var storage = OpenAtLast(ref disk, options, random);
            CheckRecord(storage, saved, saving, hasCopy, seed);
            var openedBefore = disk != crashed;
            foreach (var model in models)
            {
                model.CheckAfterCrash(storage.Partition(model.Id), storage.TornEnd, openedBefore);
            }

            try
            {
                disk.FailAfter = random.Chance(0.3) ? random.Next(400) : int.MaxValue;
                saved = storage.NodeRecord.ToArray();
                saving = [life];
                storage.SaveNodeRecord(saving);
                storage.Flush(sync: true);
                saved = saving;
                refused += Live(disk, storage, models, random);
            }
            catch (StorageFailedException)
            {
                // The disk ended this life, perhaps in the middle of a checkpoint.
            }

            disk = random.Chance(0.2) ? disk.Kill() : disk.Crash(random.Fork());
        }

        return refused;
    }

    private static void CheckRecord(NodeStorage storage, byte[] saved, byte[] saving, bool hasCopy, ulong seed)
    {
        var found = storage.NodeRecord.ToArray();
        var isLatest = found.SequenceEqual(saved) || found.SequenceEqual(saving);
        Assert.True(isLatest || (storage.NodeRecordDoubtful && !hasCopy), $"Seed {seed}: the node's record is an old one.");
        Assert.False(storage.NodeRecordDoubtful && hasCopy && saved.Length > 0, $"Seed {seed}: the node's record is in doubt, though its copy is whole.");
    }

    /// <summary>Opens the storage, after openings that the disk may have ended half-way.</summary>
    private static NodeStorage OpenAtLast(ref MemoryDisk disk, NodeStorageOptions options, Prng random)
    {
        while (random.Chance(0.3))
        {
            disk.FailAfter = random.Next(6);
            try
            {
                NodeStorage.Open(disk, options).Dispose();
            }
            catch (StorageFailedException)
            {
                // As intended; what it had written may be torn now, too.
            }

            disk = disk.Crash(random.Fork());
        }

        SetFull(disk, random.Chance(0.2), random);
        return NodeStorage.Open(disk, options);
    }

    /// <summary>Gives a disk room for a few small files at most, or for all that may come.</summary>
    private static void SetFull(MemoryDisk disk, bool isFull, Prng random)
    {
        disk.IsFull = isFull && random.Chance(0.3);
        disk.Capacity = isFull ? disk.Used + random.Next(40_000) : long.MaxValue;
    }

    /// <summary>Lets a storage live until it is closed or is to crash.</summary>
    /// <returns>How many steps a full disk refused.</returns>
    private static ulong Live(MemoryDisk disk, NodeStorage storage, List<PartitionModel> models, Prng random)
    {
        var steps = random.Next(250);
        var care = random.Next(4) * 0.2;
        var fills = random.Chance(0.3);
        var refused = 0UL;
        for (var step = 0; step < steps; step++)
        {
            if (random.Chance(0.02))
            {
                SetFull(disk, fills && random.Chance(0.5), random);
            }

            for (var worked = 1L; worked > 0 && random.Chance(care);)
            {
                worked = storage.Maintenance.Step(new Unlocked(storage));
            }

            if (random.Chance(0.15))
            {
                var sync = random.Chance(0.8);
                storage.Flush(sync);
                if (sync)
                {
                    models.ForEach(model => model.Synced());
                }
            }
            else
            {
                var model = models[random.Next(models.Count)];
                try
                {
                    model.Step(storage.Partition(model.Id), random);
                }
                catch (StorageFullException) when (disk.IsFull || disk.Capacity < long.MaxValue)
                {
                    // Nothing has changed, as the model will see.
                    refused++;
                }
            }
        }

        if (random.Chance(0.15))
        {
            storage.Close();
            models.ForEach(model => model.Synced());
        }

        return refused;
    }
}
