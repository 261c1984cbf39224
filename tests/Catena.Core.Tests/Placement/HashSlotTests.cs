using System.Text;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Placement;

/// <summary>Keys go to the slots that Redis Cluster puts them in.</summary>
public class HashSlotTests
{
    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("", 0)]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("somekey", 11058)]
    public void A_plain_key_has_the_slot_of_its_checksum(string key, int slot) => Assert.Equal(slot, SlotOf(key));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("{user1000}.followers", "user1000")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("{}", "{}")]
    [InlineData("a}b{c}d", "c")]
    [InlineData("a{b", "a{b")]
    [InlineData("a}b{c", "a}b{c")]
    [InlineData("{a}", "a")]
    [InlineData("{", "{")]
    public void Only_a_hash_tag_that_is_not_empty_is_hashed(string key, string hashed)
    {
        Assert.Equal(hashed, Encoding.UTF8.GetString(HashSlot.HashedPart(Encoding.UTF8.GetBytes(key))));
    }

    [Theory]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("foo{bar}{zap}", 5061)]
    [InlineData("foo{{bar}}zap", 4015)]
    [InlineData("foo{}{bar}", 8363)]
    public void A_key_with_braces_has_the_slot_that_the_specification_gives(string key, int slot) => Assert.Equal(slot, SlotOf(key));

    [Fact]
    public void The_checksum_of_the_digits_is_that_of_the_specification() => Assert.Equal(0x31C3, Crc16.Compute("123456789"u8));

    [Fact]
    public void The_tables_agree_with_the_polynomial_bit_by_bit_at_every_length()
    {
        const ulong Seed = 7;
        var random = new Prng(Seed);
        var bytes = new byte[300];
        for (var length = 0; length <= bytes.Length; length++)
        {
            for (var index = 0; index < length; index++)
            {
                bytes[index] = (byte)random.NextUInt64();
            }

            Assert.True(BitByBit(bytes.AsSpan(0, length)) == Crc16.Compute(bytes.AsSpan(0, length)), $"length {length}, seed {Seed}");
        }
    }

    private static int SlotOf(string key) => HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value;

    private static ushort BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var single in bytes)
        {
            crc ^= single << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
            }
        }

        return (ushort)crc;
    }
}
