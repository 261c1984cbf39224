using System.Text;
using Catena.Cli.Backups;
using Catena.Cli.Backups.Archive;
using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Tests.Disks;

namespace Catena.Cli.Tests.Backups;

/// <summary>What stands in a backup directory: put together rightly, damaged nowhere unseen, pruned without harm.</summary>
public sealed class ArchiveTests
{
    private static readonly Guid Cluster = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Fact]
    public async Task A_snapshot_that_was_read_while_writes_went_on_and_its_log_give_the_state_at_the_cut()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var sample = new SampleBackup(seed);
            Assert.True(Same(sample.Content, await sample.ReadAsync()), $"seed {seed}");
        }
    }

    [Fact]
    public async Task Any_byte_that_is_changed_anywhere_is_found_by_verifying()
    {
        var sample = new SampleBackup(7, entries: 12, keys: 5);
        Assert.True((await VerifyAsync(sample)).IsGood);
        foreach (var (disk, name) in sample.Pool.List().Select(name => (sample.Pool, name)).Append((sample.Root, sample.Name)))
        {
            var good = (byte[])disk.Content(name).Clone();
            for (var index = 0; index < good.Length; index++)
            {
                var bad = (byte[])good.Clone();
                bad[index] ^= (byte)(1 << (index % 8));
                disk.SetContent(name, bad);
                Assert.False((await VerifyAsync(sample)).IsGood, $"byte {index} of {name}");
            }

            disk.SetContent(name, good[..^1]);
            Assert.False((await VerifyAsync(sample)).IsGood, $"{name} without its end");
            disk.SetContent(name, [.. good, 0]);
            Assert.False((await VerifyAsync(sample)).IsGood, $"{name} with something behind its end");
            disk.SetContent(name, good);
        }

        Assert.True((await VerifyAsync(sample)).IsGood);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_another_one_is_found()
    {
        var sample = new SampleBackup(11);
        foreach (var name in sample.Pool.List())
        {
            var content = sample.Pool.Content(name);
            sample.Pool.Delete(name);
            var report = await VerifyAsync(sample);
            Assert.Contains("missing", Assert.Single(report.Problems), StringComparison.Ordinal);
            sample.Pool.SetContent(name, content);
        }

        // Whole files, of which one is left out.
        var partition = sample.Manifest.Partitions[0];
        for (var left = 0; left < partition.Files.Count; left++)
        {
            var broken = sample.Manifest with { Partitions = [partition with { Files = [.. partition.Files.Where((_, index) => index != left)] }] };
            await Assert.ThrowsAsync<InvalidDataException>(() => new PartitionContent(sample.Pool, broken, broken.Partitions[0]).ReadAsync([], new ValueFinder(), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Random_bytes_are_never_taken_for_a_backup()
    {
        const ulong Seed = 99;
        var random = new Prng(Seed);
        var sample = new SampleBackup(3, entries: 20);
        for (var round = 0; round < 500; round++)
        {
            var name = sample.Pool.List()[random.Next(sample.Pool.List().Count)];
            var good = sample.Pool.Content(name);
            var bad = (byte[])good.Clone();
            for (var changes = 1 + random.Next(20); changes > 0; changes--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            sample.Pool.SetContent(name, bad);
            Assert.True((await VerifyAsync(sample)).IsGood == bad.AsSpan().SequenceEqual(good), $"seed {Seed}, round {round}");
            sample.Pool.SetContent(name, good);
        }
    }

    [Fact]
    public void The_header_has_the_layout_that_is_written_down()
    {
        var bytes = new byte[PoolFileHeader.Length];
        var header = new PoolFileHeader(PoolFileKind.Log, Cluster, new PartitionId(0x0102), 0x0304, new Lsn(new Epoch(5), 6));
        header.WriteTo(bytes);
        var text = "434154454e41424b" + "01000000" + "02000000" + "0f8fad5bd9cb469fa16570867728950e" + "0201" + "0403" + "00000000"
            + "0500000000000000" + "0600000000000000" + "00000000";
        Assert.Equal(text, Convert.ToHexStringLower(bytes.AsSpan(0, 60)));
        Assert.Equal(header, PoolFileHeader.Read(bytes));
    }

    [Fact]
    public void Pruning_deletes_old_backups_and_what_only_they_needed()
    {
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        var directory = new BackupDirectory(root, pool);
        var shared = Snapshot(pool, 1);
        var old = Log(pool, 1, 2);
        var newer = Log(pool, 1, 3);
        var orphan = Log(pool, 50, 60);
        var first = directory.Write(Manifest(shared, old));
        var second = directory.Write(Manifest(shared, newer));
        Assert.NotEqual(first, second);
        Assert.Equal((0, 1), directory.Prune(0));
        Assert.False(pool.Exists(orphan.Name));
        Assert.Equal((0, 0), directory.Prune(2));
        Assert.Equal((1, 1), directory.Prune(1));
        Assert.Equal([second], directory.Names());
        Assert.Equal(new[] { shared.Name, newer.Name }.Order(), pool.List().Order());
    }

    [Fact]
    public void Nothing_of_the_pool_is_deleted_while_a_backup_cannot_be_read()
    {
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        var directory = new BackupDirectory(root, pool);
        var snapshot = Snapshot(pool, 1);
        var name = directory.Write(Manifest(snapshot));
        root.SetContent(name, [.. root.Content(name), 32]);
        Assert.Contains(name, Assert.Throws<InvalidDataException>(() => directory.Prune(0)).Message, StringComparison.Ordinal);
        Assert.True(pool.Exists(snapshot.Name));
    }

    [Fact]
    public void The_longest_chain_is_gone_on_from()
    {
        var pool = new MemoryDisk();
        var old = Snapshot(pool, 10);
        var next = Log(pool, 10, 20);
        var detour = Log(pool, 10, 15);
        var last = Log(pool, 20, 30);
        var newest = Snapshot(pool, 25);
        Assert.Equal([old, next, last], PartitionChain.Best([newest, last, detour, old, next])!.Files);
        Assert.Equal([newest], PartitionChain.Best([newest, detour, old, next])!.Files);
        Assert.Null(PartitionChain.Best([next, last]));
    }

    [Fact]
    public void Names_of_backups_go_on_in_order_even_where_the_clock_does_not()
    {
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        var directory = new BackupDirectory(root, pool);
        var manifest = Manifest(Snapshot(pool, 1));
        var names = new[] { 0, 0, -3600, 5 }.Select(seconds => directory.Write(manifest with { Created = manifest.Created.AddSeconds(seconds) })).ToList();
        Assert.Equal(
            ["backup-20260102T030405Z.json", "backup-20260102T030406Z.json", "backup-20260102T030407Z.json", "backup-20260102T030410Z.json"], names);
    }

    private static PoolFile Snapshot(MemoryDisk pool, ulong at)
    {
        using var writer = new PoolFileWriter(pool, new PoolFileHeader(PoolFileKind.Snapshot, Cluster, default, 1, new Lsn(new Epoch(1), at)));
        return writer.Complete(new Lsn(new Epoch(1), at), at, 0, 0);
    }

    private static PoolFile Log(MemoryDisk pool, ulong after, ulong through)
    {
        using var writer = new PoolFileWriter(pool, new PoolFileHeader(PoolFileKind.Log, Cluster, default, 1, new Lsn(new Epoch(1), after)));
        writer.Write(BlockKind.Entries, Encoding.ASCII.GetBytes($"{after}-{through}"));
        return writer.Complete(new Lsn(new Epoch(1), through), 0, 0, through - after);
    }

    private static BackupManifest Manifest(params PoolFile[] files) => new()
    {
        Cluster = Cluster,
        ClusterName = "sample",
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        HighestEpoch = 1,
        Bytes = files.Sum(file => file.Length),
        Partitions = [new BackupPartition { Partition = 0, Cut = files[^1].Through.ToString(), Files = [.. files.Select(BackupFile.Of)] }],
    };

    private static bool Same(IReadOnlyDictionary<string, (string Value, long Expiry)> expected, Dictionary<string, (string Value, long Expiry)> actual) =>
        expected.Count == actual.Count && expected.All(pair => actual.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static Task<VerifyReport> VerifyAsync(SampleBackup sample) =>
        Verification.RunAsync(sample.Directory, sample.Name, 0, new SilentProgress(), CancellationToken.None);
}
