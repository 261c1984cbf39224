using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Resp.Commands;

public sealed class RedisIntegerTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    [InlineData("10", 10)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Integers_in_their_one_form_are_read(string text, long expected)
    {
        Assert.True(RedisInteger.TryParse(Bytes.Of(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("-0")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1a")]
    [InlineData("1.0")]
    [InlineData("0x1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("100000000000000000000")]
    public void Other_forms_are_refused(string text) => Assert.False(RedisInteger.TryParse(Bytes.Of(text), out _));

    [Fact]
    public void Every_integer_is_read_as_it_was_printed() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
        {
            Span<byte> buffer = stackalloc byte[RedisInteger.MaxLength];
            return RedisInteger.TryParse(RedisInteger.Format(number, buffer), out var read) && read == number;
        }).QuickCheckThrowOnFailure();
}
