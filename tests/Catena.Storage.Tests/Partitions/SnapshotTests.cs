using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Partitions;

public sealed class SnapshotTests
{
    private static readonly PartitionId One = new(1);

    [Fact]
    public void A_snapshot_read_while_writes_go_on_is_exact_once_the_log_has_been_applied()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new Prng(seed);
            using var feeder = Sample.Create(new MemoryDisk());
            var from = feeder.Partition(One);
            for (var number = 0; number < 400; number++)
            {
                Write(from, random);
            }

            from.ApplyThrough(from.LastLsn.Sequence);
            var disk = new MemoryDisk();
            using var receiver = Sample.Create(disk);
            var to = receiver.Partition(One);
            Sample.Append(to, 1, Sample.Put([9, 9, 9], [1]));
            to.ApplyThrough(1);

            var @base = from.Applied;
            from.PinLog(@base.Sequence);
            to.BeginInstall(@base, [.. from.Lineage]);
            byte[]? next = [];
            var pieces = 0;
            while (next is not null)
            {
                var chunk = new ArrayBufferWriter<byte>();
                from.ReadSnapshotChunk(next, 100, chunk, out next);
                to.InstallChunk(chunk.WrittenSpan);
                pieces++;
                for (var number = random.Next(10); number > 0; number--)
                {
                    Write(from, random);
                }

                from.ApplyThrough(from.LastLsn.Sequence);
                Assert.Equal([1], Sample.Get(to, [9, 9, 9])!);
            }

            Assert.True(pieces > 3);
            var results = new ArrayBufferWriter<byte>();
            from.Results.WriteTo(results);
            to.EndInstall(from.Applied.Sequence, results.WrittenSpan);
            Assert.Equal(@base, to.LastLsn);
            Assert.Equal(@base, to.Applied);
            Assert.Null(Sample.Get(to, [9, 9, 9]));
            Assert.Equal(from.Applied.Sequence, to.CompleteThrough);
            receiver.Flush(sync: true);

            using var again = NodeStorage.Open(disk.Crash(random), Sample.SmallSegments);
            foreach (var store in new[] { to, again.Partition(One) })
            {
                var frames = new ArrayBufferWriter<byte>();
                from.ReadFrames(@base.Sequence + 1, ulong.MaxValue, int.MaxValue, frames);
                for (var rest = frames.WrittenSpan; !rest.IsEmpty;)
                {
                    var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(rest);
                    store.AppendFrame(rest[..length]);
                    rest = rest[length..];
                }

                store.ApplyThrough(store.CompleteThrough);
                Assert.Equal(from.Digest(), store.Digest());
                Assert.Equal(from.Count, store.Count);
            }
        }
    }

    [Fact]
    public void A_damaged_piece_is_refused_and_the_snapshot_goes_on()
    {
        using var storage = Sample.Create(new MemoryDisk());
        var store = storage.Partition(One);
        Sample.Append(store, 1, Sample.Put([1], [1]));
        store.ApplyThrough(1);
        var chunk = new ArrayBufferWriter<byte>();
        store.ReadSnapshotChunk([], 1000, chunk, out var next);
        Assert.Null(next);
        Assert.Throws<InvalidOperationException>(() => store.InstallChunk(chunk.WrittenSpan));
        var target = storage.Partition(new PartitionId(2));
        target.BeginInstall(store.Applied, [.. store.Lineage]);
        var damaged = chunk.WrittenSpan.ToArray();
        damaged[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => target.InstallChunk(damaged));
        target.InstallChunk(chunk.WrittenSpan);
        Assert.Throws<InvalidDataException>(() => target.EndInstall(1, [1, 2, 3]));
        target.EndInstall(1, [0, 0, 0]);
        Assert.Equal([1], Sample.Get(target, [1])!);
        Assert.False(target.IsInstalling);
    }

    [Fact]
    public void Pieces_of_any_bytes_are_refused()
    {
        for (ulong seed = 1; seed <= 2_000; seed++)
        {
            var random = new Prng(seed);
            var chunk = Sample.Bytes(4 + random.Next(60), (int)seed);
            SnapshotChunk.Seal(chunk);
            SnapshotChunk.IsValid(chunk);
            chunk[random.Next(chunk.Length)] ^= 1;
            Assert.False(SnapshotChunk.IsValid(chunk), $"Seed {seed}");
        }
    }

    [Fact]
    public void Giving_up_a_partition_is_ended_by_an_install()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(One);
        Sample.Append(store, 1, Sample.Put([1], [1]));
        store.SaveReplicaState("kept"u8);
        store.Reset(ResetReason.Damaged);
        Assert.True(store.GivenUp);
        Assert.Equal("kept"u8, store.ReplicaState.Span);
        Assert.Equal(Lsn.Zero, store.LastLsn);
        store.BeginInstall(new Lsn(new Epoch(2), 7), [new EpochStart(new Epoch(2), 6)]);
        store.EndInstall(7, [0, 0, 0]);
        storage.Flush(sync: true);
        using var again = NodeStorage.Open(disk.Crash(new Prng(1)), Sample.SmallSegments);
        Assert.False(again.Partition(One).GivenUp);
        Assert.Equal(new Lsn(new Epoch(2), 7), again.Partition(One).LastLsn);
        Assert.Equal(new Epoch(2), again.Partition(One).EpochOf(7));
    }

    private static void Write(PartitionStore store, Prng random)
    {
        byte[] key = [(byte)random.Next(3), (byte)random.Next(60)];
        var body = random.Next(60) switch
        {
            0 => Sample.Delete(key.AsSpan(0, 1), MutationKind.DeletePrefix),
            < 15 => Sample.Delete(key),
            _ => Sample.Put(key, Sample.Bytes(random.Next(100), random.Next(1000)), random.Next(5)),
        };
        Sample.Append(store, 1 + (store.LastLsn.Sequence / 100), body);
    }
}
