using Catena.Protocols.Thrift;

namespace Catena.Protocols.Tests.Thrift;

public sealed class ThriftFrameTests
{
    [Fact]
    public void A_frame_is_found_once_its_last_byte_is_there()
    {
        byte[] sent = [0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0];
        for (var length = 0; length < 7; length++)
        {
            Assert.Equal(ReadStatus.NeedMore, ThriftFrame.Read(sent.AsSpan(0, length), 100, out _, out var needed));
            Assert.Equal(length < 4 ? 4 : 7, needed);
        }

        Assert.Equal(ReadStatus.Complete, ThriftFrame.Read(sent, 100, out var frame, out var size));
        Assert.Equal(7, size);
        Assert.True(frame.SequenceEqual(new byte[] { 1, 2, 3 }));
        Assert.Equal(ReadStatus.Complete, ThriftFrame.Read(sent.AsSpan(7), 100, out frame, out size));
        Assert.Equal((4, 0), (size, frame.Length));
    }

    [Theory]
    [InlineData("00000065", 100)]
    [InlineData("ffffffff", 100)]
    [InlineData("80000000", int.MaxValue)]
    [InlineData("7fffffff", int.MaxValue)]
    [InlineData("47455420", ThriftFrame.DefaultMaxBytes)] // "GET ", of an HTTP client
    public void A_negative_or_too_large_length_is_an_error(string hex, int limit) =>
        Assert.Equal(ReadStatus.ProtocolError, ThriftFrame.Read(Convert.FromHexString(hex), limit, out _, out _));

    [Fact]
    public void The_limit_itself_is_allowed()
    {
        Assert.Equal(ReadStatus.NeedMore, ThriftFrame.Read([0, 0, 0, 100], 100, out _, out var size));
        Assert.Equal(104, size);
    }
}
