using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Dump;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp.Dump;

/// <summary>The payloads are what a Redis 7.0.15 answered to DUMP.</summary>
public sealed class DumpPayloadTests
{
    private const int MaxValue = 100_000;

    [Theory]
    [InlineData("10", "00C00A0A006E9F57450EAE63BB")]
    [InlineData("abc", "00036162630A00D9AC303D4172A2E2")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxabcabcabcabcabcabcabcabcabc", "00C31039017878E0130002616263E00D020162630A00249E072A735BE811")]
    public void A_value_has_the_payload_of_Redis(string value, string payload)
    {
        Assert.Equal(DumpStatus.Read, DumpPayload.Read(Convert.FromHexString(payload), MaxValue, out var read));
        Assert.Equal(value, Bytes.Text(read));
        Assert.Equal(payload, Convert.ToHexString(DumpPayload.Write(Bytes.Of(value))));
    }

    [Fact]
    public void The_checksum_is_that_of_Redis()
    {
        Assert.Equal(0xE9C6_D914_C4B8_D9CA, Crc64.Compute("123456789"u8));
        Assert.Equal(0UL, Crc64.Compute([]));
    }

    [Fact]
    public void Every_value_comes_back_as_it_was()
    {
        for (ulong seed = 1; seed <= 4_000; seed++)
        {
            var value = AnyValue(new Prng(seed));
            var payload = DumpPayload.Write(value);
            Assert.True(DumpPayload.Read(payload, MaxValue, out var read) == DumpStatus.Read && read.SequenceEqual(value), $"seed {seed}");
            Assert.True(payload.Length <= value.Length + 16, $"seed {seed}: {value.Length} bytes became {payload.Length}");
        }
    }

    [Theory]
    [InlineData("0000", "")]
    [InlineData("0003616263", "abc")]
    [InlineData("0080000000036162630000", "abc")]
    [InlineData("00810000000000000003616263", "abc")]
    [InlineData("004003616263", "abc")]
    [InlineData("00C080", "-128")]
    [InlineData("00C1FF7F", "32767")]
    [InlineData("00C200000080", "-2147483648")]
    [InlineData("00C3" + "05" + "0A" + "0061E0" + "0000", "aaaaaaaaaa")]
    public void Every_form_of_a_string_is_read(string body, string value)
    {
        Assert.Equal(DumpStatus.Read, DumpPayload.Read(Sealed(body), MaxValue, out var read));
        Assert.Equal(value, Bytes.Text(read));
    }

    [Theory]
    [InlineData("01" + "01" + "0161", DumpStatus.Malformed)] // a list
    [InlineData("00C4", DumpStatus.Malformed)]
    [InlineData("0082", DumpStatus.Malformed)]
    [InlineData("003F61", DumpStatus.Malformed)]
    [InlineData("00810000000100000000", DumpStatus.Malformed)]
    [InlineData("0081FFFFFFFFFFFFFFFF", DumpStatus.Malformed)]
    [InlineData("00C3" + "05" + "0B" + "0061E0" + "0000", DumpStatus.Malformed)] // one byte too few
    [InlineData("00C3" + "05" + "09" + "0061E0" + "0000", DumpStatus.Malformed)] // one too many
    [InlineData("00C3" + "02" + "03" + "2000", DumpStatus.Malformed)] // refers to before the beginning
    [InlineData("00C3" + "01" + "03" + "E0", DumpStatus.Malformed)] // a reference cut short
    [InlineData("00C3" + "01" + "05" + "04", DumpStatus.Malformed)] // literals cut short
    [InlineData("00C3" + "01" + "81FFFFFFFFFFFFFFFF" + "00", DumpStatus.TooLong)]
    public void What_is_no_string_is_refused(string body, DumpStatus expected) =>
        Assert.Equal(expected, DumpPayload.Read(Sealed(body), MaxValue, out _));

    [Fact]
    public void A_value_over_the_limit_is_refused()
    {
        var random = new Prng(3);
        var value = Mutations.Random(random, "ab", 90);
        Assert.Equal(DumpStatus.Read, DumpPayload.Read(DumpPayload.Write(value), value.Length, out _));
        Assert.Equal(DumpStatus.TooLong, DumpPayload.Read(DumpPayload.Write(value), value.Length - 1, out _));
        Assert.Equal(DumpStatus.TooLong, DumpPayload.Read(DumpPayload.Write(new byte[1000]), 999, out _));
    }

    [Fact]
    public void A_newer_version_or_another_checksum_is_refused()
    {
        var payload = DumpPayload.Write("abc"u8);
        for (var index = 0; index < payload.Length; index++)
        {
            var damaged = payload.ToArray();
            damaged[index] ^= 0x10;
            Assert.Equal(DumpStatus.Unverified, DumpPayload.Read(damaged, MaxValue, out _));
            Assert.Equal(DumpStatus.Unverified, DumpPayload.Read(payload.AsSpan(0, index), MaxValue, out _));
        }

        Assert.Equal(DumpStatus.Read, DumpPayload.Read(Sealed("0003616263", version: 9), MaxValue, out _));
        Assert.Equal(DumpStatus.Unverified, DumpPayload.Read(Sealed("0003616263", version: 11), MaxValue, out _));
    }

    [Fact]
    public void Damaged_payloads_are_refused_without_an_exception()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var round = 0; round < 30_000; round++)
        {
            // Under a good checksum, so that the damage is met where the value is read.
            var body = Mutations.Mutate(random, DumpPayload.Write(AnyValue(random))[..^10]);
            var payload = Sealed(Convert.ToHexString(body));
            try
            {
                DumpPayload.Read(payload, MaxValue, out _);
            }
            catch (Exception thrown)
            {
                Assert.Fail($"seed {seed} round {round}, {Convert.ToHexString(payload)}: {thrown}");
            }
        }
    }

    [Fact]
    public void Compression_never_writes_past_its_room()
    {
        var random = new Prng(11);
        for (var round = 0; round < 3_000; round++)
        {
            var value = AnyValue(random);
            var whole = new byte[value.Length + 40];
            var room = random.Next(value.Length + 2);
            var length = Lzf.Compress(value, whole.AsSpan(0, room));
            Assert.InRange(length, 0, room);
            Assert.True(length == 0 || Lzf.TryDecompress(whole.AsSpan(0, length), value.ToArray()));
        }
    }

    private static byte[] AnyValue(Prng random)
    {
        var length = random.Next(6) switch { 0 => random.Next(4), 1 => 20 + random.Next(4), 2 => 63 + random.Next(3), 3 => random.Next(20_000), _ => random.Next(300) };
        var value = Mutations.Random(random, random.Next(3) switch { 0 => "a", 1 => "abc", _ => "0123456789" }, length);
        return random.Chance(0.2) ? Bytes.Of(((long)random.NextUInt64() >> random.Next(64)).ToString(System.Globalization.CultureInfo.InvariantCulture)) : value;
    }

    /// <summary>A payload of these bytes with a good end.</summary>
    private static byte[] Sealed(string body, ushort version = 10)
    {
        byte[] payload = [.. Convert.FromHexString(body), .. new byte[10]];
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(payload.Length - 10), version);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(payload.Length - 8), Crc64.Compute(payload.AsSpan(0, payload.Length - 8)));
        return payload;
    }
}
