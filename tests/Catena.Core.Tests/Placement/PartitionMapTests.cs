using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Placement;

/// <summary>Every slot has one partition, and every partition its even, contiguous share.</summary>
public class PartitionMapTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 7, 64, 100, 1000, 5461, 8191, 8192, 8193, 16383, 16384];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Ranges_follow_one_another_without_a_gap_and_differ_by_one_slot_at_most(int partitions)
    {
        var map = new PartitionMap(partitions);
        var next = 0;
        var (smallest, largest) = (int.MaxValue, 0);
        for (var partition = 0; partition < partitions; partition++)
        {
            var range = map.SlotsOf(new PartitionId((ushort)partition));
            Assert.Equal(next, range.First.Value);
            Assert.True(range.Count >= 1);
            next = range.Last.Value + 1;
            smallest = Math.Min(smallest, range.Count);
            largest = Math.Max(largest, range.Count);
        }

        Assert.Equal(HashSlot.Count, next);
        Assert.True(largest - smallest <= 1);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_slot_lies_in_the_range_of_its_partition(int partitions)
    {
        var map = new PartitionMap(partitions);
        for (var slot = 0; slot < HashSlot.Count; slot++)
        {
            var id = new HashSlot((ushort)slot);
            Assert.True(map.SlotsOf(map.Of(id)).Contains(id), $"slot {slot} of {partitions} partitions");
        }
    }

    [Fact]
    public void The_default_sixty_four_partitions_have_two_hundred_and_fifty_six_slots_each()
    {
        var map = new PartitionMap(64);
        Assert.Equal("256-511", map.SlotsOf(new PartitionId(1)).ToString());
        Assert.Equal(new PartitionId(12739 / 256), map.Of("123456789"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(16385)]
    public void A_number_of_partitions_out_of_range_is_refused(int partitions)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartitionMap(partitions));
    }

    [Fact]
    public void A_partition_that_the_map_does_not_have_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartitionMap(4).SlotsOf(new PartitionId(4)));
    }
}
