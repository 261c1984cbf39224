using System.Globalization;
using System.Text;
using Catena.Cli.Backups;
using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Cli.Tests.Backups;

/// <summary>Rounds of backups of a real node into disks that fail and crash wherever the test wants.</summary>
public sealed class BackupRoundTests : IAsyncLifetime
{
    private LocalNode _node = null!;
    private ClusterClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await LocalNode.StartAsync(partitions: 3, segmentBytes: 16 << 20);
        _client = _node.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_later_backup_shares_the_files_of_the_one_before_and_adds_one_log_file_where_something_changed()
    {
        _node.Put("k", 300, new string('x', 100));
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        var first = await TakeAsync(root, pool);
        Assert.Equal(0, first.Shared);
        _node.Put("{k}", 10, "y");
        var second = await TakeAsync(root, pool);
        Assert.Equal(3, second.Shared);
        var before = first.Manifest.Partitions.SelectMany(partition => partition.Files).Select(file => file.Name).ToHashSet();
        var after = second.Manifest.Partitions.SelectMany(partition => partition.Files).ToList();
        var added = Assert.Single(after, file => !before.Contains(file.Name));
        Assert.Equal("log", added.Kind);
        Assert.Superset(before, after.Select(file => file.Name).ToHashSet());

        var third = await TakeAsync(root, pool);
        Assert.Equal(second.Manifest.Partitions.SelectMany(partition => partition.Files), third.Manifest.Partitions.SelectMany(partition => partition.Files));
        Assert.Equal(3, new BackupDirectory(root, pool).Names().Count);
        Assert.Equal(await LiveAsync(), await VerifyAsync(root, pool, third.Name));
        Assert.NotEqual(await LiveAsync(), await VerifyAsync(root, pool, first.Name));
    }

    [Fact]
    public async Task A_partition_whose_log_files_outgrow_its_snapshot_or_are_no_longer_kept_gets_a_new_snapshot()
    {
        _node.Put("k", 100, "x");
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        await TakeAsync(root, pool);
        for (var round = 0; round < 8; round++)
        {
            _node.Put("k", 100, new string('y', 5000));
        }

        // More than always is enough, so the next but one begins anew.
        Assert.Equal(3, (await TakeAsync(root, pool)).Shared);
        var renewed = await TakeAsync(root, pool);
        Assert.Equal(0, renewed.Shared);
        Assert.All(renewed.Manifest.Partitions, partition => Assert.Equal("snapshot", Assert.Single(partition.Files).Kind));
        Assert.Equal(await LiveAsync(), await VerifyAsync(root, pool, renewed.Name));

        // A chain that ends on another lineage is of no use.
        var foreign = new PoolFileWriter(pool, new PoolFileHeader(PoolFileKind.Snapshot, _client.Map.Id, new PartitionId(0), 3, new Lsn(new Epoch(99), 1)));
        foreign.Complete(new Lsn(new Epoch(99), 1), 1, 0, 0);
        var again = await TakeAsync(root, pool);
        Assert.Equal(await LiveAsync(), await VerifyAsync(root, pool, again.Name));
    }

    [Fact]
    public async Task Wherever_a_round_is_interrupted_nothing_verifies_wrongly_and_the_next_one_goes_on()
    {
        _node.Put("k", 60, new string('x', 50));
        const ulong Seed = 4711;
        var random = new Prng(Seed);
        var live = await LiveAsync();
        var finished = false;
        for (var after = 0; !finished; after++)
        {
            var (root, pool) = (new MemoryDisk(), new MemoryDisk());
            pool.FailAfter = after;
            root.FailAfter = Math.Max(0, after - 40);
            finished = await TryTakeAsync(root, pool);
            foreach (var isPowerLoss in new[] { false, true })
            {
                var (laterRoot, laterPool) = isPowerLoss ? (root.Crash(random), pool.Crash(random)) : (root.Kill(), pool.Kill());
                foreach (var name in new BackupDirectory(laterRoot, laterPool).Names())
                {
                    Assert.True(await VerifyAsync(laterRoot, laterPool, name) == live, $"seed {Seed}: after {after} writes");
                }

                var result = await TakeAsync(laterRoot, laterPool);
                Assert.True(await VerifyAsync(laterRoot, laterPool, result.Name) == live, $"seed {Seed}: after {after} writes, resumed");
                Assert.DoesNotContain(laterPool.List(), name => name.EndsWith(PoolFile.TemporaryExtension, StringComparison.Ordinal));
            }

            Assert.True(after < 500, "a round writes without end");
        }
    }

    [Fact]
    public async Task What_an_interrupted_round_has_copied_is_not_copied_again()
    {
        _node.Put("k", 300, new string('x', 1000));
        var (root, pool) = (new MemoryDisk(), new MemoryDisk { FailAfter = 1000 });
        root.FailAfter = 0;
        Assert.False(await TryTakeAsync(root, pool));
        Assert.Empty(new BackupDirectory(root, pool).Names());
        var again = await TakeAsync(root.Kill(), pool.Kill());
        Assert.Equal((3, 0L), (again.Shared, again.Copied));
    }

    [Fact]
    public async Task Writes_go_on_while_a_backup_is_taken_and_each_state_that_it_holds_is_one_that_was()
    {
        // Two keys in different partitions, written in turn: the second is never ahead of the first.
        var map = new PartitionMap(3);
        var second = Enumerable.Range(0, 100).Select(number => $"second{number}").First(key => map.Of(Encoding.UTF8.GetBytes(key)) != map.Of("first"u8));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            using var redis = _node.Redis();
            for (var counter = 1; !stop.IsCancellationRequested; counter++)
            {
                var value = Encoding.ASCII.GetBytes(counter.ToString(CultureInfo.InvariantCulture));
                redis.Ask("SET", "first"u8.ToArray(), value);
                redis.Ask("SET", Encoding.UTF8.GetBytes(second), value);
            }
        });
        var (root, pool) = (new MemoryDisk(), new MemoryDisk());
        for (var round = 0; round < 10; round++)
        {
            var result = await TakeAsync(root, pool);
            var values = new ValueFinder();
            foreach (var partition in result.Manifest.Partitions)
            {
                await new PartitionContent(pool, result.Manifest, partition).ReadAsync([], values, CancellationToken.None);
            }

            Assert.InRange(values.NumberOf("first") - values.NumberOf(second), 0, 1);
        }

        await stop.CancelAsync();
        await writing;
    }

    private async Task<bool> TryTakeAsync(MemoryDisk root, MemoryDisk pool)
    {
        try
        {
            await TakeAsync(root, pool);
            return true;
        }
        catch (StorageFailedException)
        {
            return false;
        }
    }

    private async Task<BackupResult> TakeAsync(MemoryDisk root, MemoryDisk pool)
    {
        var directory = new BackupDirectory(root, pool);
        var fetcher = new PartitionFetcher(_client, directory, new RateLimit(0, TimeProvider.System));
        var settings = new BackupSettings { Parallel = 1 };
        var result = await new BackupRound(_client, directory, fetcher, settings, new SilentProgress(), TimeProvider.System).RunAsync(CancellationToken.None);
        directory.Prune(0);
        return result;
    }

    private Task<ContentDigest> LiveAsync() => DigestCommand.SumAsync(_client, 0, new SilentProgress(), CancellationToken.None);

    private static async Task<ContentDigest> VerifyAsync(MemoryDisk root, MemoryDisk pool, string name)
    {
        var report = await Verification.RunAsync(new BackupDirectory(root, pool), name, 0, new SilentProgress(), CancellationToken.None);
        Assert.True(report.IsGood, string.Join('\n', report.Problems));
        return report.Digest;
    }
}
