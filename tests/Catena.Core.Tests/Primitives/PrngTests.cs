using Catena.Core.Primitives;

namespace Catena.Core.Tests.Primitives;

/// <summary>The generator's sequence, on which every recorded seed depends.</summary>
public class PrngTests
{
    // Computed by an independent implementation of SplitMix64 and xoshiro256**.
    [Theory]
    [InlineData(0UL, new ulong[] { 0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0, 0x6AA594F1262D2D2C })]
    [InlineData(42UL, new ulong[] { 0x15780B2E0C2EC716, 0x6104D9866D113A7E, 0xAE17533239E499A1, 0xECB8AD4703B360A1 })]
    public void The_sequence_of_a_seed_is_pinned(ulong seed, ulong[] expected)
    {
        var prng = new Prng(seed);
        Assert.Equal(expected, expected.Select(_ => prng.NextUInt64()).ToArray());
    }

    [Fact]
    public void Numbers_keep_to_their_bounds_and_reach_them()
    {
        var prng = new Prng(7);
        var seen = new HashSet<long>();
        for (var draw = 0; draw < 1_000; draw++)
        {
            Assert.InRange(prng.Next(3), 0, 2);
            Assert.InRange(prng.NextDouble(), 0, 0.9999999999999999);
            seen.Add(prng.Between(-2, 2));
        }

        Assert.Equal([-2, -1, 0, 1, 2], seen.Order());
        Assert.InRange(prng.Between(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue);
        Assert.Equal(5, prng.Between(5, 5));
    }

    [Fact]
    public void A_fork_goes_its_own_way_and_the_same_way_each_time()
    {
        var left = new Prng(1);
        var right = new Prng(1);
        var fork = left.Fork();
        Assert.Equal(fork.NextUInt64(), right.Fork().NextUInt64());
        Assert.Equal(left.NextUInt64(), right.NextUInt64());
        Assert.NotEqual(fork.NextUInt64(), left.NextUInt64());
    }
}
