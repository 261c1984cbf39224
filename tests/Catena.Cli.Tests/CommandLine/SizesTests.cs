using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.CommandLine;

/// <summary>Numbers of bytes as people write them.</summary>
public sealed class SizesTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1 << 20)]
    [InlineData("64MiB", 64 << 20)]
    [InlineData("64m", 64 << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("512k", 512 << 10)]
    public void What_people_write_is_understood(string text, long bytes)
    {
        Assert.True(Sizes.TryParse(text, out var read));
        Assert.Equal(bytes, read);
        Assert.True(Sizes.TryParse(Sizes.Format(bytes), out var again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1,5GiB")]
    [InlineData("10 parsecs")]
    [InlineData("99999999999TiB")]
    public void Anything_else_is_refused(string text) => Assert.False(Sizes.TryParse(text, out _));
}
