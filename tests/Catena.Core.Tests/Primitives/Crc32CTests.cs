using System.Text;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Primitives;

/// <summary>CRC-32C against published values.</summary>
public class Crc32CTests
{
    // The check value, and RFC 3720, appendix B.4.
    [Fact]
    public void Published_checksums_are_met()
    {
        Assert.Equal(0xE3069283U, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAU, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43U, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794EU, Crc32C.Compute(Enumerable.Range(0, 32).Select(value => (byte)value).ToArray()));
        Assert.Equal(0U, Crc32C.Compute([]));
    }

    [Fact]
    public void Parts_give_the_checksum_of_the_whole_wherever_it_is_divided()
    {
        var bytes = Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog.");
        for (var middle = 0; middle <= bytes.Length; middle++)
        {
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Extend(Crc32C.Compute(bytes.AsSpan(0, middle)), bytes.AsSpan(middle)));
        }
    }

    // Of every length around those at which it is summed another way, from any place in memory.
    [Fact]
    public void Long_inputs_have_the_checksum_that_their_bytes_have_one_by_one()
    {
        var bytes = new byte[5_000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < bytes.Length - 7; length += length is < 40 or (> 750 and < 790) ? 1 : 37)
        {
            var whole = bytes.AsSpan(length % 7, length);
            var crc = 0U;
            foreach (ref readonly var single in whole)
            {
                crc = Crc32C.Extend(crc, new ReadOnlySpan<byte>(in single));
            }

            Assert.Equal(crc, Crc32C.Compute(whole));
        }
    }
}
