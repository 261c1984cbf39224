using System.Buffers;
using Catena.Core.Data;
using Catena.Storage.Indexing;

namespace Catena.Storage.Tests.Indexing;

public sealed class UnappliedKeysTests
{
    private readonly UnappliedKeys _keys = new();

    [Fact]
    public void Keys_of_entries_that_are_stable_are_told_in_order_until_they_are_applied()
    {
        Add(7, through: 100, "a", "b");
        Add(8, through: 200, "c");
        Add(9, through: 300, "d");
        Assert.Empty(Stable(99));
        Assert.Equal(Checksums("a", "b"), Stable(100));
        Assert.Equal(Checksums("a", "b", "c"), Stable(299));
        Assert.Equal(Checksums("a", "b"), Take(7));
        Assert.Equal(Checksums("c"), Stable(200));
        Assert.Equal(Checksums("d"), Take(9));
        Assert.Empty(Stable(long.MaxValue));
        Assert.Empty(Take(10));
    }

    [Fact]
    public void Where_the_log_is_cut_nothing_is_left()
    {
        Add(7, through: 100, "a");
        _keys.Clear();
        Add(7, through: 300, "b");
        Assert.Equal(Checksums("b"), Stable(300));
    }

    [Fact]
    public void A_long_entry_is_left_out()
    {
        Add(1, through: 1, new string('x', UnappliedKeys.MostBytes));
        Add(2, through: 2, "a");
        Assert.Empty(Take(1));
        Assert.Equal(Checksums("a"), Take(2));
    }

    /// <summary>Half of an entry's keys would be taken for all of them.</summary>
    [Fact]
    public void An_entry_that_there_is_no_room_for_is_left_out_as_a_whole()
    {
        var all = Enumerable.Range(0, UnappliedKeys.MostKeys).Select(number => $"{number}").ToArray();
        for (var number = 0; number < all.Length - 1; number++)
        {
            Add((ulong)number, through: 1, all[number]);
        }

        Add(1000, through: 1, "a", "b");
        Assert.Equal(Checksums(all[..^1]), Stable(1));
        Assert.Empty(Take(1000));

        // There is room again.
        for (var number = 0; number < all.Length; number++)
        {
            Add(2000UL + (ulong)number, through: 1, all[number]);
        }

        Assert.Equal(Checksums(all[0]), Take(2000));
        Add(3000, through: 1, "a");
        Assert.Equal(Checksums([.. all[1..], "a"]), Stable(1));
    }

    private static uint[] Checksums(params string[] keys) => [.. keys.Select(key => IndexCell.ChecksumOfKey(Stored(key)))];

    private static byte[] Stored(string key) => StoredKey.Of(0, 0, System.Text.Encoding.UTF8.GetBytes(key));

    private uint[] Stable(long durable) => [.. _keys.Stable(durable).ToArray().Select(key => key.Checksum)];

    private uint[] Take(ulong sequence) => [.. _keys.Take(sequence).ToArray().Select(key => key.Checksum)];

    private void Add(ulong sequence, long through, params string[] keys)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, RequestId.None, default);
        foreach (var key in keys)
        {
            WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = Stored(key), Value = "value"u8 });
        }

        _keys.Add(sequence, through, body.WrittenSpan);
    }
}
