using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Server.Tests.Backups;

/// <summary>The framing of what backups store and send.</summary>
public sealed class BlockTests
{
    [Fact]
    public async Task Blocks_come_back_as_they_were_written()
    {
        var stream = new MemoryStream(Sample());
        var reader = new BlockReader(stream);
        var kinds = new List<(BlockKind, int)>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            kinds.Add((reader.Kind, reader.Payload.Length));
        }

        Assert.Equal([(BlockKind.Begin, 44), (BlockKind.Piece, 0), (BlockKind.Entries, 3), (BlockKind.End, 32)], kinds);
        Assert.Equal(Crc32C.Compute(Sample()), reader.Checksum);
        Assert.Equal(stream.Length, reader.Position);
    }

    [Fact]
    public async Task Any_flipped_bit_and_any_cut_is_seen()
    {
        var good = Sample();
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAllAsync(bad));
        }

        for (var length = 0; length < good.Length; length++)
        {
            Assert.NotEqual(BlockKind.End, await LastKindOrNoneAsync(good[..length]));
        }
    }

    [Fact]
    public void Beginnings_ends_and_failures_come_back()
    {
        var begin = new StreamBegin(Guid.NewGuid(), new PartitionId(12), 128, new Epoch(4), new Lsn(new Epoch(3), 1017));
        Assert.Equal(begin, StreamBegin.Read(PayloadOf(begin.WriteTo)));
        var end = new StreamEnd(new Lsn(new Epoch(4), 2000), 17, 983);
        Assert.Equal(end, StreamEnd.Read(PayloadOf(end.WriteTo)));
        var failure = new StreamFailure(FailureCodes.NotKept, "why not");
        Assert.Equal(failure, StreamFailure.Read(PayloadOf(failure.WriteTo)));
    }

    [Fact]
    public void Random_payloads_are_refused_without_harm()
    {
        const ulong Seed = 20261120;
        var random = new Prng(Seed);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(80)];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = (byte)random.Next(256);
            }

            Quietly(() => StreamBegin.Read(bytes));
            Quietly(() => StreamEnd.Read(bytes));
            Quietly(() => StreamFailure.Read(bytes));
        }
    }

    [Fact]
    public void Digests_do_not_depend_on_order_and_do_on_everything_else()
    {
        var forward = default(ContentDigest);
        var backward = default(ContentDigest);
        for (var number = 0; number < 100; number++)
        {
            forward.Add(0, [(byte)number], [1, 2], number);
            backward.Add(0, [(byte)(99 - number)], [1, 2], 99 - number);
        }

        Assert.True(forward == backward);
        Assert.Equal(forward, ContentDigest.Parse(forward.Keys, forward.ToString()));
        Assert.True(One(0, "a", "b", 0) != One(1, "a", "b", 0));
        Assert.True(One(0, "a", "b", 0) != One(0, "ab", "", 0));
        Assert.True(One(0, "a", "b", 0) != One(0, "a", "b", 1));
        Assert.True(One(0, "a", "b", 0) != One(0, "a", "c", 0));
    }

    private static ContentDigest One(ushort table, string key, string value, long expiry)
    {
        var digest = default(ContentDigest);
        digest.Add(table, System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value), expiry);
        return digest;
    }

    private static void Quietly(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // As it should be.
        }
    }

    private static byte[] Sample()
    {
        var writer = new ArrayBufferWriter<byte>();
        new StreamBegin(Guid.Empty, new PartitionId(1), 2, new Epoch(3), new Lsn(new Epoch(4), 5)).WriteTo(writer);
        Block.Write(writer, BlockKind.Piece, []);
        Block.Write(writer, BlockKind.Entries, "abc"u8);
        new StreamEnd(new Lsn(new Epoch(4), 6), 0, 1).WriteTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static async Task ReadAllAsync(byte[] bytes)
    {
        var reader = new BlockReader(new MemoryStream(bytes));
        while (await reader.ReadAsync(CancellationToken.None))
        {
        }
    }

    private static async Task<BlockKind> LastKindOrNoneAsync(byte[] bytes)
    {
        var reader = new BlockReader(new MemoryStream(bytes));
        try
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
            }
        }
        catch (InvalidDataException)
        {
            return default;
        }

        return reader.Kind;
    }

    private static byte[] PayloadOf(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return writer.WrittenSpan[Block.HeaderLength..].ToArray();
    }
}
