using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Server.Partitions;

namespace Catena.Server.Tests.Chains;

/// <summary>What is dirty by the counters is never less than what is dirty, and hardly more.</summary>
public sealed class DirtyKeysTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_key_with_an_entry_that_is_not_applied_looks_clean(int seed)
    {
        var random = new Random(seed);
        var dirty = new DirtyKeys();
        var pending = new Queue<(ulong Sequence, string[] Keys)>();
        ulong last = 0;
        ulong applied = 0;
        for (var step = 0; step < 5000; step++)
        {
            switch (random.Next(pending.Count > 40 ? 2 : 3))
            {
                case 0:
                    // Entries are applied in order, several at a time, or none.
                    applied = Math.Min(last, applied + (ulong)random.Next(6));
                    dirty.Applied(applied);
                    while (pending.TryPeek(out var oldest) && oldest.Sequence <= applied)
                    {
                        pending.Dequeue();
                    }

                    break;
                case 1 when random.Next(200) == 0:
                    dirty.Clear();
                    pending.Clear();
                    applied = last;
                    break;
                default:
                    var keys = Enumerable.Range(0, random.Next(4)).Select(_ => $"key{random.Next(300)}").ToArray();
                    dirty.Add(++last, Body(keys));
                    pending.Enqueue((last, keys));
                    break;
            }

            Assert.All(pending.SelectMany(entry => entry.Keys), key => Assert.True(dirty.MayBe(Encoding.UTF8.GetBytes(key)), key));
            Assert.Equal(pending.All(entry => entry.Keys.Length == 0), dirty.IsEmpty);
        }

        dirty.Applied(last);
        Assert.True(dirty.IsEmpty);
        Assert.All(Enumerable.Range(0, 300), number => Assert.False(dirty.MayBe(Encoding.UTF8.GetBytes($"key{number}"))));
    }

    [Fact]
    public void Few_keys_look_dirty_for_the_sake_of_others()
    {
        var dirty = new DirtyKeys();
        for (ulong sequence = 1; sequence <= 100; sequence++)
        {
            dirty.Add(sequence, Body($"dirty{sequence}"));
        }

        // 100 places of 4,096 are taken at most: 244 of 10,000 are to be expected.
        var mistaken = Enumerable.Range(0, 10_000).Count(number => dirty.MayBe(Encoding.UTF8.GetBytes($"clean{number}")));
        Assert.InRange(mistaken, 100, 400);
    }

    [Fact]
    public void A_deletion_of_all_keys_makes_every_key_dirty_until_it_is_applied()
    {
        var dirty = new DirtyKeys();
        dirty.Add(1, Body("a"));
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, RequestId.None, []);
        WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.DeletePrefix, Key = "p"u8 });
        dirty.Add(2, body.WrittenSpan);
        Assert.True(dirty.MayBe("anything"u8));
        dirty.Applied(1);
        Assert.True(dirty.MayBe("anything"u8));
        dirty.Applied(2);
        Assert.False(dirty.MayBe("anything"u8));
        Assert.True(dirty.IsEmpty);
    }

    private static byte[] Body(params string[] keys)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, RequestId.None, []);
        foreach (var key in keys)
        {
            WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = Encoding.UTF8.GetBytes(key), Value = "v"u8 });
        }

        return body.WrittenSpan.ToArray();
    }
}
