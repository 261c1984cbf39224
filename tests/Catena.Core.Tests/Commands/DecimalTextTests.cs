using System.Globalization;
using System.Text;
using Catena.Core.Commands;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Commands;

/// <summary>Numbers as values hold them. What is an integer was compared with a Redis 7.0.15 (INCR on each text).</summary>
public class DecimalTextTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("10", 10L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void What_Redis_takes_for_an_integer_is_one(string text, long expected)
    {
        Assert.True(DecimalText.TryParseInteger(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("00")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999")]
    [InlineData("1\0")]
    [InlineData("1,000")]
    public void What_Redis_does_not_take_for_an_integer_is_none(string text) =>
        Assert.False(DecimalText.TryParseInteger(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_integer_is_read_back_from_its_text() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
            DecimalText.TryParseInteger(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), out var value) && value == number));

    [Theory]
    [InlineData("10.50", "0.1", "10.6")]
    [InlineData("5.0e3", "2.0e2", "5200")]
    [InlineData("3", "-3", "0")]
    [InlineData("-1e-20", "0", "0")]
    public void Sums_are_those_of_Redis(string left, string right, string expected)
    {
        Assert.Equal(DecimalSum.Added, DecimalText.Add(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right), out var sum));
        Assert.Equal(expected, Encoding.ASCII.GetString(sum));
    }

    [Theory]
    [InlineData("1", "", DecimalSum.NotANumber)]
    [InlineData("x", "1", DecimalSum.NotANumber)]
    [InlineData("1", "nan", DecimalSum.NotANumber)]
    [InlineData("1", " 1", DecimalSum.NotANumber)]
    [InlineData("1", "inf", DecimalSum.NotFinite)]
    [InlineData("1.1e4932", "1.1e4932", DecimalSum.NotFinite)]
    public void What_has_no_sum_says_why(string left, string right, DecimalSum expected)
    {
        Assert.Equal(expected, DecimalText.Add(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right), out var sum));
        Assert.Empty(sum);
    }
}
