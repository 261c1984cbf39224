using System.Text;
using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Resp;

public sealed class PlainGetTests
{
    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "k")]
    [InlineData("*2\r\n$3\r\ngEt\r\n$12\r\nabc\r\n$1\r\nkkk\r\n*2", "abc\r\n$1\r\nkkk")]
    [InlineData("*2\r\n$3\r\nGET\r\n$3\r\n\r\n\0\r\nrest", "\r\n\0")]
    public void A_plain_get_is_read(string text, string key)
    {
        Assert.True(PlainGet.TryRead(Encoding.Latin1.GetBytes(text), out var found, out var length));
        Assert.Equal(key, Encoding.Latin1.GetString(found));
        Assert.Equal(Encoding.Latin1.GetByteCount(text.Split("*2\r\n")[1]) + 4 - (text.EndsWith("*2", StringComparison.Ordinal) ? 2 : text.EndsWith("rest", StringComparison.Ordinal) ? 4 : 0), length);
    }

    [Theory]
    [InlineData("*2\r\n$3\r\nSET\r\n$1\r\nk\r\n")]
    [InlineData("*3\r\n$3\r\nGET\r\n$1\r\nk\r\n$1\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$0\r\n\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$01\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$-1\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$2\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nkk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\rxk\r\n")]
    [InlineData("*2\r\n$3\r\nGETx\n$1\r\nk\r\n")]
    [InlineData("GET k\r\nGET k\r\nGET k\r\nGET k\r\n")]
    public void Anything_else_is_left_to_the_reader(string text) => Assert.False(PlainGet.TryRead(Encoding.Latin1.GetBytes(text), out _, out _));

    /// <summary>Whatever it reads, the reader reads too, and as much of the buffer.</summary>
    [Fact]
    public void It_reads_nothing_that_the_reader_reads_otherwise()
    {
        var random = new Random(20_261_121);
        var accepted = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var key = new string('k', random.Next(1, 1200));
            var bytes = Encoding.Latin1.GetBytes($"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n");
            for (var changes = random.Next(3); changes > 0; changes--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 30))] = (byte)random.Next(256);
            }

            bytes = bytes[..(bytes.Length - (random.Next(4) == 0 ? random.Next(bytes.Length) : 0))];
            if (!PlainGet.TryRead(bytes, out var found, out var length))
            {
                continue;
            }

            accepted++;
            var reader = new RespRequestReader(new RespLimits());
            Assert.Equal(ReadStatus.Complete, reader.Read(bytes, out var request, out var consumed));
            Assert.Equal((2, length), (request.Count, consumed));
            Assert.True(request[1].SequenceEqual(found));
            Assert.Equal("GET", Encoding.Latin1.GetString(request[0]), ignoreCase: true);
        }

        Assert.InRange(accepted, 10_000, 190_000);
    }
}
