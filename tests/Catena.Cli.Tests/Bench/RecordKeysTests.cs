using System.Text;
using Catena.Cli.Bench;
using Catena.Core.Placement;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Bench;

public sealed class RecordKeysTests
{
    [Fact]
    public void Keys_of_a_thousand_lie_in_one_slot_and_in_the_order_of_their_numbers() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), (first, further) =>
        {
            var keys = new RecordKeys("user", isGrouped: true);
            var next = Math.Min(first + further, first + RecordKeys.LeftInGroup(first) - 1);
            var (one, other) = (Write(keys, first), Write(keys, next));
            Assert.Equal(HashSlot.Of(one), HashSlot.Of(other));
            Assert.Equal(Math.Sign(first.CompareTo(next)), Math.Sign(one.AsSpan().SequenceCompareTo(other)));
            Assert.Equal(one.AsSpan(0, one.AsSpan().IndexOf((byte)'}')), other.AsSpan(0, other.AsSpan().IndexOf((byte)'}')));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Keys_are_the_prefix_and_the_number()
    {
        Assert.Equal("key-12345", Encoding.UTF8.GetString(Write(new RecordKeys("key-", isGrouped: false), 12345)));
        Assert.Equal("{user12}0000012345", Encoding.UTF8.GetString(Write(new RecordKeys("user", isGrouped: true), 12345)));
        Assert.Equal(655, RecordKeys.LeftInGroup(12345));
    }

    private static byte[] Write(RecordKeys keys, long record) => keys.Write(new byte[RecordKeys.MostBytes], record).ToArray();
}
