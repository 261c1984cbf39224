using System.Globalization;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.CommandLine;

public sealed class ValueTests
{
    [Theory]
    [InlineData("40ms", 40)]
    [InlineData("2.5s", 2500)]
    [InlineData("7", 7000)]
    [InlineData("1m", 60_000)]
    [InlineData("2h", 7_200_000)]
    public void Lengths_of_time_are_read(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1e9h")]
    [InlineData("99999999h")]
    [InlineData("NaNs")]
    public void Other_texts_are_no_lengths_of_time(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back()
    {
        foreach (var milliseconds in (double[])[0.5, 40, 250, 1000, 1500, 60_000, 3_600_000])
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            Assert.True(Durations.TryParse(Durations.Format(duration), out var read), milliseconds.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(duration, read);
        }
    }

    [Theory]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("[::1]:7101", "::1", 7101)]
    [InlineData("10.0.0.1:65535", "10.0.0.1", 65535)]
    [InlineData("7101", "127.0.0.1", 7101)]
    public void Addresses_are_read(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var address));
        Assert.Equal(new HostPort(host, port), address);
        Assert.True(HostPort.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData(":1")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("::1:7101")]
    [InlineData("host:+1")]
    public void Other_texts_are_no_addresses(string text) => Assert.False(HostPort.TryParse(text, out _));
}
