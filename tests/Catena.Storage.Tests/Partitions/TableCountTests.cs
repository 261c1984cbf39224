using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Partitions;

/// <summary>How many keys a partition has of each table: the same however it came by them.</summary>
public sealed class TableCountTests
{
    private static readonly PartitionId One = new(1);
    private static readonly ushort[] Tables = [0, 1, 7, StoredKey.LastTable, StoredKey.CatalogueTable, StoredKey.SystemTable];
    private static readonly NodeStorageOptions Options = Sample.SmallSegments with { RecoveryThreads = 1, RetainedLogBytes = 0 };

    [Fact]
    public void Keys_are_counted_by_table_through_writes_restarts_and_snapshots()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new Prng(seed);
            var model = new HashSet<string>(StringComparer.Ordinal);
            var disk = new MemoryDisk();
            using (var storage = Sample.Create(disk, Options))
            {
                var store = storage.Partition(One);
                Work(store, model, random);
                while (!storage.Maintenance.TryCheckpoint(new Unlocked(storage)))
                {
                    storage.Flush(sync: true);
                }

                Work(store, model, random);
                storage.Flush(sync: true);
                Check(store, model);
            }

            using var again = NodeStorage.Open(disk.Crash(random), Options);
            var restarted = again.Partition(One);
            restarted.ApplyThrough(restarted.LastLsn.Sequence);
            Check(restarted, model);
            Work(restarted, model, random);
            Check(restarted, model);

            using var other = Sample.Create(new MemoryDisk(), Options);
            var copy = other.Partition(One);
            Sample.Append(copy, 1, Sample.Put(Key(1, 3, 1), [1]));
            copy.ApplyThrough(1);
            copy.BeginInstall(restarted.Applied, [.. restarted.Lineage]);
            for (byte[]? next = []; next is not null;)
            {
                var chunk = new ArrayBufferWriter<byte>();
                restarted.ReadSnapshotChunk(next, 200, chunk, out next);
                copy.InstallChunk(chunk.WrittenSpan);
            }

            var results = new ArrayBufferWriter<byte>();
            restarted.Results.WriteTo(results);
            copy.EndInstall(restarted.Applied.Sequence, results.WrittenSpan);
            Check(copy, model);
        }
    }

    private static void Work(PartitionStore store, HashSet<string> model, Prng random)
    {
        for (var step = 0; step < 300; step++)
        {
            var key = Key((ushort)random.Next(3), Tables[random.Next(Tables.Length)], (byte)random.Next(20));
            switch (random.Next(20))
            {
                case 0:
                    var prefix = key[..StoredKey.PrefixLength];
                    Sample.Append(store, 1, Sample.Delete(prefix, MutationKind.DeletePrefix));
                    model.RemoveWhere(other => other.StartsWith(Convert.ToHexString(prefix), StringComparison.Ordinal));
                    break;
                case < 6:
                    Sample.Append(store, 1, Sample.Delete(key));
                    model.Remove(Convert.ToHexString(key));
                    break;
                default:
                    Sample.Append(store, 1, Sample.Put(key, Sample.Bytes(random.Next(80), step)));
                    model.Add(Convert.ToHexString(key));
                    break;
            }
        }

        store.ApplyThrough(store.LastLsn.Sequence);
    }

    private static void Check(PartitionStore store, HashSet<string> model)
    {
        long Of(Func<ushort, bool> isMeant) => model.Count(key => isMeant(StoredKey.Table(Convert.FromHexString(key))));
        Assert.Equal(Of(table => table <= StoredKey.LastTable), store.ClientKeys);
        Assert.Equal(Of(table => table == 0), store.DefaultKeys);
        foreach (var table in Tables.Where(table => table <= StoredKey.LastTable))
        {
            Assert.Equal(Of(other => other == table), store.KeysOf(table));
        }

        Assert.Equal(0, store.KeysOf(5));
    }

    private static byte[] Key(ushort slot, ushort table, byte name)
    {
        var key = new byte[StoredKey.PrefixLength + 1];
        StoredKey.Write(key, slot, table, [name]);
        return key;
    }
}
