using Catena.Core.Primitives;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server.Storage;
using Catena.ZooKeeper.Tests.Support;
using Catena.ZooKeeper.Tree;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.ZooKeeper.Tests.Server;

public sealed class TransactionStoreTests : IDisposable
{
    private const ulong Seed = 4711;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_committed_is_there_again()
    {
        string expected;
        using (var store = Open(_directory.Path))
        {
            expected = Write(store, 200, commitEvery: 3);
        }

        using var again = Open(_directory.Path);
        Assert.Equal(expected, TreePrinter.Print(again.Tree));
        Assert.Equal(Write(again, 50, 1), TreePrinter.Print(again.Tree));
    }

    [Fact]
    public void Logs_are_replaced_by_snapshots_and_nothing_is_lost()
    {
        for (var round = 0; round < 4; round++)
        {
            string expected;
            using (var store = Open(_directory.Path, capacity: 512))
            {
                expected = Write(store, 150, commitEvery: 2, seed: Seed + (ulong)round);
            }

            Assert.Equal(3, Directory.GetFiles(_directory.Path).Length);
            using var again = Open(_directory.Path, capacity: 512);
            Assert.Equal(expected, TreePrinter.Print(again.Tree));
        }
    }

    [Fact]
    public void Wherever_a_crash_cuts_the_log_every_whole_commit_before_is_there()
    {
        var states = new List<(long Length, string State)>();
        using (var store = Open(_directory.Path))
        {
            states.Add((LogFormat.FileHeaderLength, TreePrinter.Print(store.Tree)));
            for (var i = 0; i < 25; i++)
            {
                var state = Write(store, 4, commitEvery: 100, seed: Seed + (ulong)i);
                states.Add((new FileInfo(Log).Length, state));
            }
        }

        var whole = File.ReadAllBytes(Log);
        var random = new Prng(Seed);
        for (var i = 0; i < 150; i++)
        {
            var cut = i < 40 ? whole.Length - i : (int)random.Between(LogFormat.FileHeaderLength, whole.Length);
            using var crashed = new TemporaryDirectory();
            var torn = whole[..cut].Concat(Enumerable.Repeat((byte)0x5A, i % 2 == 0 ? i : 0)).ToArray();
            File.WriteAllBytes(StoreFiles.Log(crashed.Path, 1), torn);
            using var store = Open(crashed.Path);
            var expected = states.Last(state => state.Length <= cut).State;
            Assert.True(expected == TreePrinter.Print(store.Tree), $"seed {Seed}, cut {cut}");
            var more = Write(store, 3, 1, Seed + 99);
            store.Dispose();
            using var again = Open(crashed.Path);
            Assert.Equal(more, TreePrinter.Print(again.Tree));
        }
    }

    [Fact]
    public void Damage_before_the_last_commit_is_refused_and_never_served()
    {
        string expected;
        long beforeLast;
        using (var store = Open(_directory.Path))
        {
            Write(store, 60, commitEvery: 3);
            beforeLast = LogFormat.Align(new FileInfo(Log).Length);
            expected = Write(store, 6, commitEvery: 100, Seed + 1);
        }

        var whole = File.ReadAllBytes(Log);
        var random = new Prng(Seed);
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            using var damaged = new TemporaryDirectory();
            var bytes = whole.ToArray();
            var at = random.Next((int)beforeLast);
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(StoreFiles.Log(damaged.Path, 1), bytes);
            try
            {
                using var store = Open(damaged.Path);
                Assert.True(expected == TreePrinter.Print(store.Tree), $"seed {Seed}, byte {at}: damaged data was served");
            }
            catch (CorruptStoreException)
            {
                refused++;
            }
        }

        Assert.True(refused > 150, $"only {refused} of 200 were refused; the rest should have met padding");
    }

    [Fact]
    public void A_damaged_snapshot_is_refused()
    {
        using (var store = Open(_directory.Path, capacity: 1024))
        {
            Write(store, 100, commitEvery: 1);
        }

        var snapshot = StoreFiles.Snapshot(_directory.Path, StoreFiles.Snapshots(_directory.Path)[^1]);
        var whole = File.ReadAllBytes(snapshot);
        var random = new Prng(Seed);
        for (var i = 0; i < 100; i++)
        {
            var bytes = whole.ToArray();
            var at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(snapshot, random.Chance(0.2) ? whole[..at] : bytes);
            Assert.Throws<CorruptStoreException>(() => Open(_directory.Path).Dispose());
        }

        File.WriteAllBytes(snapshot, whole);
        Open(_directory.Path).Dispose();
    }

    [Fact]
    public void A_missing_log_or_snapshot_is_refused()
    {
        using (var store = Open(_directory.Path, capacity: 1024))
        {
            Write(store, 100, commitEvery: 1);
        }

        using var withoutLog = TemporaryDirectory.CopyOf(_directory.Path, except: "lock");
        File.Delete(StoreFiles.Log(withoutLog.Path, StoreFiles.Logs(withoutLog.Path)[0]));
        Assert.Throws<CorruptStoreException>(() => Open(withoutLog.Path).Dispose());
        using var withoutSnapshot = TemporaryDirectory.CopyOf(_directory.Path, except: "lock");
        File.Delete(StoreFiles.Snapshot(withoutSnapshot.Path, StoreFiles.Snapshots(withoutSnapshot.Path)[0]));
        Assert.Throws<CorruptStoreException>(() => Open(withoutSnapshot.Path).Dispose());
    }

    [Fact]
    public void A_crash_between_snapshot_and_new_log_loses_nothing()
    {
        string expected;
        using (var store = Open(_directory.Path))
        {
            expected = Write(store, 50, commitEvery: 1);
            SnapshotFile.Write(_directory.Path, store.Tree);
            File.WriteAllText(Path.Combine(_directory.Path, "log.00000000000000ff.tmp"), "half a log");
        }

        using var again = Open(_directory.Path);
        Assert.Equal(expected, TreePrinter.Print(again.Tree));
        Assert.Equal(3, Directory.GetFiles(_directory.Path).Length);
    }

    [Fact]
    public void Without_room_for_a_new_log_transactions_are_refused_until_there_is_some()
    {
        string expected;
        using (var store = Open(_directory.Path, capacity: 4096))
        {
            var random = new RandomTransactions(Seed);
            Apply(store, new OpenSession(1, 1000, default));
            while (store.TryReserve(1000))
            {
                Apply(store, random.Next());
                store.Commit();
                foreach (var obstacle in Directory.GetDirectories(_directory.Path))
                {
                    Directory.Delete(obstacle);
                }

                // A directory of the next snapshot's name is as good as a full disk.
                Directory.CreateDirectory(StoreFiles.Snapshot(_directory.Path, store.Tree.LastZxid) + StoreFiles.TemporarySuffix);
            }

            Assert.False(store.TryReserve(100));
            Assert.False(store.TryReserve(1), "a log that is being replaced takes nothing more, however small");
            expected = TreePrinter.Print(store.Tree);
            Directory.Delete(Directory.GetDirectories(_directory.Path).Single());
            Assert.True(store.TryReserve(100));
        }

        using var again = Open(_directory.Path);
        Assert.Equal(expected, TreePrinter.Print(again.Tree));
    }

    [Fact]
    public void A_directory_is_used_by_one_server_at_a_time()
    {
        using var first = Open(_directory.Path);
        Assert.Throws<IOException>(() => Open(_directory.Path).Dispose());
    }

    private string Log => StoreFiles.Log(_directory.Path, 1);

    private static TransactionStore Open(string directory, long capacity = 1024 * 1024) =>
        TransactionStore.Open(directory, capacity, NullLogger.Instance, static _ => { });

    private static string Write(TransactionStore store, int count, int commitEvery, ulong seed = Seed)
    {
        var random = new RandomTransactions(seed);
        for (var i = 1; i <= count; i++)
        {
            Apply(store, random.Next());
            if (i % commitEvery == 0)
            {
                store.Commit();
            }
        }

        Apply(store, new OpenSession(1000 + store.Tree.LastZxid, 1, default));
        store.Commit();
        return TreePrinter.Print(store.Tree);
    }

    private static void Apply(TransactionStore store, Transaction transaction)
    {
        var writer = new JuteWriter();
        TransactionCodec.Write(writer, store.Tree.LastZxid + 1, 77, transaction);
        Assert.True(store.TryReserve(writer.Length));
        if (store.Tree.Apply(transaction, 77, []).Error == ErrorCode.Ok)
        {
            store.Append(writer.Written);
        }
    }
}
