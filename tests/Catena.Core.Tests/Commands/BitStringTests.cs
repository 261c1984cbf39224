using Catena.Core.Commands;
using Catena.Core.Primitives;
using Catena.Core.Tests.Support;

namespace Catena.Core.Tests.Commands;

/// <summary>Counting and finding bits, against looking at one bit after the other.</summary>
public class BitStringTests
{
    [Fact]
    public void Bits_are_counted_and_found_as_one_by_one()
    {
        for (ulong seed = 1; seed <= 3_000; seed++)
        {
            var prng = new Prng(seed);
            var value = Fuzz.Bytes(prng, 40);
            if (prng.Chance(0.5))
            {
                value.AsSpan(0, prng.Next(value.Length + 1)).Fill(prng.Chance(0.5) ? (byte)0 : (byte)0xff);
            }

            if (value.Length == 0)
            {
                continue;
            }

            var first = prng.Next(value.Length * 8);
            var last = first - 1 + prng.Next((value.Length * 8) - first + 1);
            var range = Enumerable.Range(first, last - first + 1).ToList();
            var isSet = prng.Chance(0.5);
            Assert.True(range.Count(bit => At(value, bit)) == BitString.Count(value, first, last), $"count, seed {seed}");
            var found = range.Where(bit => At(value, bit) == isSet).Select(bit => (long)bit).DefaultIfEmpty(-1).First();
            Assert.True(found == BitString.Find(value, isSet, first, last), $"find, seed {seed}");
        }
    }

    [Fact]
    public void An_empty_value_has_no_bits()
    {
        Assert.Equal(0, BitString.Count([], 0, -1));
        Assert.Equal(-1, BitString.Find([], isSet: false, 0, -1));
    }

    private static bool At(byte[] value, int bit) => ((value[bit / 8] >> (7 - (bit % 8))) & 1) == 1;
}
