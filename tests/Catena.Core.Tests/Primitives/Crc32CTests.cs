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
}
