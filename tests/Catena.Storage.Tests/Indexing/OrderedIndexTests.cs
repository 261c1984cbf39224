using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Storage.Indexing;

namespace Catena.Storage.Tests.Indexing;

public sealed class OrderedIndexTests
{
    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_holds_what_a_sorted_dictionary_holds(ulong seed)
    {
        var random = new Prng(seed);
        using var index = new OrderedIndex(new SegmentUsage());
        var model = new SortedDictionary<byte[], (IndexEntry Entry, byte[] Value)>(ByteOrder);
        for (var step = 0; step < 30_000; step++)
        {
            // Growing and shrinking phases, so that pages split and merge.
            var growing = step / 6_000 % 2 == 0;
            var key = RandomKey(random, seed);
            var choice = random.Next(100);
            index.BeginWrite();
            if (choice < (growing ? 75 : 25))
            {
                var (entry, value) = RandomEntry(random);
                index.Put(key, IndexCell.ChecksumOfKey(key), entry, value);
                model[key] = (entry, value);
            }
            else if (choice < 99)
            {
                var victim = model.Count > 0 && random.Chance(0.9) ? Near(model, key) : key;
                Assert.Equal(model.Remove(victim), index.Delete(victim));
            }
            else
            {
                var prefix = key[..Math.Min(key.Length, 2 + random.Next(3))];
                index.DeletePrefix(prefix);
                foreach (var doomed in model.Keys.Where(candidate => candidate.AsSpan().StartsWith(prefix)).ToList())
                {
                    model.Remove(doomed);
                }
            }

            index.EndWrite();
            Assert.Equal(model.Count, index.Count);
            if (step % 997 == 0)
            {
                AssertSame(model, index, random);
            }
        }

        AssertSame(model, index, random);
        index.BeginWrite();
        index.DeletePrefix([]);
        index.EndWrite();
        Assert.Equal(0, index.Count);
        Assert.True(index.PagesInUse <= 2, $"{index.PagesInUse} pages are left of an empty index.");
    }

    [Fact]
    public void Keys_in_order_fill_their_pages()
    {
        using var index = new OrderedIndex(new SegmentUsage());
        var key = new byte[20];
        var value = new byte[64];
        index.BeginWrite();
        for (var number = 0; number < 100_000; number++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, number);
            index.Put(key, IndexCell.ChecksumOfKey(key), new IndexEntry(new Lsn(new Epoch(1), (ulong)number), 0, 0, value.Length, 0), value);
        }

        index.EndWrite();
        var overhead = (index.MemoryBytes / 100_000.0) - key.Length - value.Length;
        Assert.True(overhead < 36, $"{overhead} bytes of overhead a key.");
    }

    [Fact]
    public void Keys_in_random_order_cost_at_most_sixty_four_bytes_beside_themselves()
    {
        var random = new Prng(5);
        using var index = new OrderedIndex(new SegmentUsage());
        var key = new byte[20];
        var value = new byte[64];
        index.BeginWrite();
        for (var number = 0; number < 100_000; number++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(key, random.NextUInt64());
            index.Put(key, IndexCell.ChecksumOfKey(key), new IndexEntry(new Lsn(new Epoch(1), (ulong)number), 0, 0, value.Length, 0), value);
        }

        index.EndWrite();
        var overhead = (index.MemoryBytes / 100_000.0) - key.Length - value.Length;
        Assert.True(overhead < 64, $"{overhead} bytes of overhead a key.");
    }

    [Fact]
    public void Readers_beside_a_writer_see_only_what_was_there()
    {
        const int Keys = 3_000;
        using var index = new OrderedIndex(new SegmentUsage());
        using var stop = new CancellationTokenSource();
        var failures = 0;
        long reads = 0;
        var readers = Enumerable.Range(0, 3).Select(number => new Thread(() =>
        {
            var random = new Prng((ulong)number + 100);
            var writer = new ArrayBufferWriter<byte>();
            var batch = new ScanBatch();
            while (!stop.IsCancellationRequested)
            {
                var key = KeyOf(random.Next(Keys));
                writer.ResetWrittenCount();
                if (index.TryGet(key, ref writer, out var entry) && !IsRight(key, entry, writer.WrittenSpan))
                {
                    Interlocked.Increment(ref failures);
                }

                index.Copy(key, default, 10, batch);
                var last = (byte[])[];
                foreach (var item in batch.Items)
                {
                    var found = batch.Key(item).ToArray();
                    if (ByteOrder.Compare(last, found) >= 0 || ByteOrder.Compare(key, found) > 0 || !IsRight(found, item.Entry, batch.Value(item)))
                    {
                        Interlocked.Increment(ref failures);
                    }

                    last = found;
                }

                Interlocked.Increment(ref reads);
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());

        var writes = new Prng(77);
        var deadline = Environment.TickCount64 + 20_000;
        for (ulong round = 1; (round < 150_000 || Interlocked.Read(ref reads) < 10_000) && Environment.TickCount64 < deadline; round++)
        {
            var key = KeyOf(writes.Next(Keys));
            index.BeginWrite();
            if (writes.Chance(0.6))
            {
                var entry = new IndexEntry(new Lsn(new Epoch(1), round), (long)(round * 3), 0, 8 + (int)(round % 100), 0);
                index.Put(key, IndexCell.ChecksumOfKey(key), entry, ValueOf(key, round));
            }
            else
            {
                index.Delete(key);
            }

            index.EndWrite();
        }

        stop.Cancel();
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, failures);
        Assert.True(reads >= 10_000, $"Only {reads} reads.");
    }

    private static byte[] KeyOf(int number)
    {
        var key = new byte[number % 50 == 0 ? 3_000 : 4 + (number % 40)];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static byte[] ValueOf(byte[] key, ulong round)
    {
        var value = new byte[8 + (int)(round % 100)];
        value.AsSpan().Fill((byte)(round + key[3]));
        BinaryPrimitives.WriteUInt64LittleEndian(value, round);
        return value;
    }

    private static bool IsRight(byte[] key, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        var round = entry.Version.Sequence;
        return entry.Expiry == (long)(round * 3) && value.SequenceEqual(ValueOf(key, round));
    }

    private static byte[] RandomKey(Prng random, ulong seed)
    {
        var length = random.Next(40) switch
        {
            0 => 1 + random.Next(65_539),
            1 => 890 + random.Next(20),
            2 => 0,
            _ => 1 + random.Next(24),
        };
        var key = new byte[length];
        for (var index = 0; index < length; index++)
        {
            // Few different bytes, so that long prefixes are shared; sometimes one that differs late.
            key[index] = (byte)(index < 6 ? random.Next(seed % 2 == 0 ? 4 : 200) : index == length - 1 ? random.Next(256) : 7);
        }

        return key;
    }

    private static (IndexEntry Entry, byte[] Value) RandomEntry(Prng random)
    {
        var version = new Lsn(new Epoch(random.Chance(0.1) ? random.NextUInt64() : (ulong)random.Next(100)), random.NextUInt64());
        var expiry = random.Chance(0.3) ? random.Between(1, long.MaxValue) : 0;
        if (random.Chance(0.3))
        {
            return (new IndexEntry(version, expiry, random.Between(1, long.MaxValue), random.Next(1 << 24), (uint)random.NextUInt64()), []);
        }

        var value = new byte[random.Next(random.Chance(0.1) ? 257 : 40)];
        value.AsSpan().Fill((byte)random.Next(256));
        return (new IndexEntry(version, expiry, 0, value.Length, 0), value);
    }

    private static byte[] Near(SortedDictionary<byte[], (IndexEntry Entry, byte[] Value)> model, byte[] key)
    {
        foreach (var candidate in model.Keys)
        {
            if (candidate.AsSpan().SequenceCompareTo(key) >= 0)
            {
                return candidate;
            }
        }

        return model.Keys.First();
    }

    private static void AssertSame(SortedDictionary<byte[], (IndexEntry Entry, byte[] Value)> model, OrderedIndex index, Prng random)
    {
        var batch = new ScanBatch();
        var expected = model.ToList();
        var at = 0;
        index.Copy([], default, 1 + random.Next(100), batch);
        while (true)
        {
            foreach (var item in batch.Items)
            {
                Assert.Equal(expected[at].Key, batch.Key(item));
                Assert.Equal(expected[at].Value.Entry, item.Entry);
                Assert.Equal(expected[at].Value.Value, item.Entry.IsInline ? batch.Value(item) : []);
                at++;
            }

            if (!batch.HasMore)
            {
                break;
            }

            index.CopyNext(default, 1 + random.Next(100), batch);
        }

        Assert.Equal(expected.Count, at);
        var writer = new ArrayBufferWriter<byte>();
        for (var probe = 0; probe < 200; probe++)
        {
            var key = expected.Count > 0 && random.Chance(0.7) ? expected[random.Next(expected.Count)].Key : RandomKey(random, 1);
            writer.ResetWrittenCount();
            var found = index.TryGet(key, ref writer, out var entry);
            Assert.Equal(model.TryGetValue(key, out var wanted), found);
            if (found)
            {
                Assert.Equal(wanted.Entry, entry);
                Assert.Equal(wanted.Value, entry.IsInline ? writer.WrittenSpan : []);
            }
        }
    }
}
