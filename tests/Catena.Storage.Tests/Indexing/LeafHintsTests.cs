using Catena.Core.Primitives;
using Catena.Storage.Indexing;

namespace Catena.Storage.Tests.Indexing;

public sealed class LeafHintsTests
{
    [Fact]
    public void A_hint_is_found_until_another_takes_its_place()
    {
        var hints = new LeafHints();
        Assert.Equal(0U, hints.Find(17));
        hints.EnsureRoom(1);
        hints.Note(17, 5);
        Assert.Equal(5U, hints.Find(17));
        hints.Note(17, 6);
        Assert.Equal(6U, hints.Find(17));
        Assert.Equal(0U, hints.Find(18));
    }

    [Fact]
    public void A_page_beyond_what_a_place_can_name_is_not_noted()
    {
        var hints = new LeafHints();
        hints.EnsureRoom(1);
        hints.Note(17, 1 << 20);
        Assert.Equal(0U, hints.Find(17));
    }

    [Fact]
    public void Most_hints_are_there_after_growth_once_they_were_asked_for_a_few_times()
    {
        const int Keys = 50_000;
        var hints = new LeafHints();
        var random = new Prng(11);
        var hashes = Enumerable.Range(0, Keys).Select(_ => (uint)random.NextUInt64()).ToArray();
        for (var key = 0; key < Keys; key++)
        {
            hints.EnsureRoom(key + 1);
            hints.Note(hashes[key], (uint)key % 5_000 + 1);
        }

        var found = 0;
        for (var round = 0; round < 6; round++)
        {
            found = 0;
            for (var key = 0; key < Keys; key++)
            {
                if (hints.Find(hashes[key]) == (uint)key % 5_000 + 1)
                {
                    found++;
                }
                else
                {
                    hints.Note(hashes[key], (uint)key % 5_000 + 1);
                }
            }
        }

        Assert.True(found > Keys * 0.95, $"{found} of {Keys}.");
        Assert.InRange(hints.MemoryBytes / (double)Keys, 5, 11);
    }

    [Fact]
    public void A_value_of_the_same_length_is_written_over_and_everything_told_of_it_is_right()
    {
        using var index = new OrderedIndex(new SegmentUsage());
        using var fresh = new OrderedIndex(new SegmentUsage());
        for (ulong round = 1; round <= 3; round++)
        {
            for (byte number = 0; number < 200; number++)
            {
                Put(index, number, round, (byte)(number + round));
            }
        }

        for (byte number = 0; number < 200; number++)
        {
            Put(fresh, number, 3, (byte)(number + 3));
        }

        Assert.Equal((fresh.Count, fresh.Sum, fresh.InlineBytes), (index.Count, index.Sum, index.InlineBytes));
        for (byte number = 0; number < 200; number++)
        {
            var value = new System.Buffers.ArrayBufferWriter<byte>();
            Assert.True(index.TryGet([0, 0, 0, 0, number], ref value, out var entry));
            Assert.Equal((3UL, (byte)(number + 3)), (entry.Version.Sequence, value.WrittenSpan[0]));
        }
    }

    private static void Put(OrderedIndex index, byte number, ulong sequence, byte content)
    {
        byte[] value = [content, 1, 2, 3];
        index.BeginWrite();
        index.Put([0, 0, 0, 0, number], IndexCell.ChecksumOfKey([0, 0, 0, 0, number]), new IndexEntry(new Lsn(new Epoch(1), sequence), 0, 0, value.Length, 0), value);
        index.EndWrite();
    }
}
