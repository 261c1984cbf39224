using Catena.Core.Primitives;
using Catena.Storage.Tests.Disks;
using Xunit.Sdk;

namespace Catena.Storage.Tests.Recovery;

/// <summary>Any byte of any file turned into another: never a wrong value, never a directory that cannot be opened.</summary>
public sealed class FlippedByteTests(ITestOutputHelper output)
{
    private const int Places = 6_000;
    private const int LivePlaces = 1_500;

    private static readonly NodeStorageOptions Options = Sample.SmallSegments with
    {
        SegmentBytes = 16 * 1024,
        CachedJournalBytes = 0,
        RetainedLogEntries = 50,
        RetainedLogBytes = 0,
        CheckpointJournalBytes = 40 * 1024,
        CompactBelow = 0.8,
        RecoveryThreads = 1,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_byte_flipped_while_the_node_is_down_costs_at_most_a_partition_or_a_key(bool isClosed)
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var (disk, partitions) = Written(new Prng(seed), isClosed);
        var random = new Prng(seed + 1);
        var outcomes = new SortedDictionary<string, int>();
        for (var place = 0; place < Places / 2; place++)
        {
            var damaged = disk.Kill();
            var (name, offset, mask) = Flip(damaged, random);
            try
            {
                // Twice, as a supervisor would start the process again.
                var outcome = Judge(damaged, partitions);
                Judge(damaged, partitions);
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {name} at {offset} ^ {mask:x2}: {failure}");
            }
        }

        output.WriteLine(string.Join(", ", outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}")));
        Assert.True(outcomes.Keys.Any(outcome => outcome.Contains("given up", StringComparison.Ordinal)), "nothing was given up");
    }

    [Fact]
    public void A_place_that_cannot_be_read_is_damage_and_no_end()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var (disk, partitions) = Written(new Prng(seed), isClosed: true);
        var random = new Prng(seed + 1);
        for (var place = 0; place < 300; place++)
        {
            var damaged = disk.Kill();
            var (name, offset, mask) = Flip(damaged, random);
            damaged.Content(name)[offset] ^= mask;
            damaged.MakeBad(name, offset);
            try
            {
                Judge(damaged, partitions);
                Judge(damaged, partitions);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}: {name} at {offset}: {failure}");
            }
        }
    }

    [Fact]
    public void A_byte_flipped_under_a_running_node_is_found_by_whoever_reads_it_and_by_the_scrubber()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var (disk, partitions) = Written(new Prng(seed), isClosed: true);
        var random = new Prng(seed + 1);
        using var storage = NodeStorage.Open(disk, Options);
        foreach (var partition in partitions)
        {
            Assert.Equal(0, partition.Check(storage.Partition(partition.Id)));
        }

        var (hits, found) = (0, 0);
        for (var place = 0; place < LivePlaces; place++)
        {
            var (name, offset, mask) = Flip(disk, random);
            try
            {
                var damaged = partitions.Sum(partition => partition.Check(storage.Partition(partition.Id)));
                var locks = new Unlocked(storage);
                while (storage.Scrubber.Step(locks) > 0)
                {
                    // One pass.
                }

                var isActive = name == disk.Segments().Last(segment => disk.Content(segment).AsSpan(0, 8).IndexOfAnyExcept((byte)0) >= 0);
                Assert.True(damaged == 0 || isActive || locks.Met.Any(met => !met.Damage.StoredKey.IsEmpty), "the scrubber has not found a damaged value");
                (hits, found) = (hits + damaged, found + locks.Met.Count);
            }
            catch (Exception failure) when (failure is not XunitException)
            {
                Assert.Fail($"Seed {seed}: {name} at {offset} ^ {mask:x2}: {failure}");
            }

            disk.Content(name)[offset] ^= mask;
        }

        output.WriteLine($"{hits} reads failed, the scrubber told of {found} hits");
        Assert.True(hits > 0 && found > 0);
    }

    /// <summary>Two partitions after some life, on a disk with every kind of file.</summary>
    private static (MemoryDisk Disk, List<RecordedPartition> Partitions) Written(Prng random, bool isClosed)
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk, Options);
        List<RecordedPartition> partitions = [new(new PartitionId(1)), new(new PartitionId(2)), new(new PartitionId(7))];
        var locks = new Unlocked(storage);
        for (var step = 0; step < 3_000; step++)
        {
            var partition = partitions[random.Next(partitions.Count)];
            partition.Step(storage.Partition(partition.Id), random);
            if (random.Chance(0.1))
            {
                storage.Flush(sync: true);
            }

            storage.Maintenance.Step(locks);
        }

        storage.SaveNodeRecord("node"u8);
        storage.Flush(sync: true);
        Assert.Contains(disk.List(), name => name.EndsWith(".checkpoint", StringComparison.Ordinal));
        Assert.DoesNotContain("00000001.journal", disk.List());
        if (isClosed)
        {
            storage.Close();
        }

        return (disk.Kill(), partitions);
    }

    private static (string Name, int Offset, byte Mask) Flip(MemoryDisk disk, Prng random)
    {
        // Small files as often as the large ones, places that hold something more often than those that do not.
        var names = disk.List().Order(StringComparer.Ordinal).ToList();
        var kinds = names.GroupBy(Path.GetExtension).ToList();
        var kind = kinds[random.Next(kinds.Count)].ToList();
        var name = kind[random.Next(kind.Count)];
        var content = disk.Content(name);
        var length = random.Chance(0.1) ? content.Length : Math.Max(1, content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1);
        var offset = random.Next(length);
        var mask = (byte)(random.Chance(0.5) ? 1 << random.Next(8) : 1 + random.Next(255));
        content[offset] ^= mask;
        return (name, offset, mask);
    }

    private static string Judge(MemoryDisk disk, List<RecordedPartition> partitions)
    {
        using var storage = NodeStorage.Open(disk, Options);
        Assert.Equal(Sample.Identity, storage.Identity);

        // The journal and the copy of the node's record are never damaged both.
        Assert.False(storage.NodeRecordDoubtful);
        Assert.Equal("node"u8, storage.NodeRecord.Span);
        SortedSet<string> outcome = [];
        foreach (var partition in partitions)
        {
            var store = storage.Partition(partition.Id);
            if (store.GivenUp)
            {
                outcome.Add("given up");
                continue;
            }

            if (store.LostTail)
            {
                outcome.Add("suspect");
            }

            if (partition.Check(store) > 0)
            {
                outcome.Add("damaged");
            }
        }

        return outcome.Count == 0 ? "unharmed" : string.Join(" and ", outcome);
    }
}
