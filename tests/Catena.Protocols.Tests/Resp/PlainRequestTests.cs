using System.Text;
using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Resp;

public sealed class PlainRequestTests
{
    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "k")]
    [InlineData("*2\r\n$3\r\ngEt\r\n$12\r\nabc\r\n$1\r\nkkk\r\n*2", "abc\r\n$1\r\nkkk")]
    [InlineData("*2\r\n$3\r\nGET\r\n$3\r\n\r\n\0\r\nrest", "\r\n\0")]
    public void A_plain_get_is_read(string text, string key)
    {
        Assert.True(PlainRequest.TryReadGet(Encoding.Latin1.GetBytes(text), out var found, out var length));
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
    public void Anything_else_is_left_to_the_reader(string text) => Assert.False(PlainRequest.TryReadGet(Encoding.Latin1.GetBytes(text), out _, out _));

    [Theory]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n", "k", "")]
    [InlineData("*3\r\n$3\r\nset\r\n$2\r\n\r\n\r\n$3\r\nabc\r\n", "\r\n", "abc")]
    public void A_plain_set_is_read(string text, string key, string value)
    {
        Assert.True(PlainRequest.TryReadSet(Encoding.Latin1.GetBytes(text + "*3\r\n"), out var found, out var stored, out var length));
        Assert.Equal((key, value, text.Length), (Encoding.Latin1.GetString(found), Encoding.Latin1.GetString(stored), length));
    }

    [Theory]
    [InlineData("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nNX\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n:1\r\nv\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$1\r\nv\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$00\r\n\r\n")]
    public void Any_other_set_is_left_to_the_reader(string text) => Assert.False(PlainRequest.TryReadSet(Encoding.Latin1.GetBytes(text), out _, out _, out _));

    /// <summary>Whatever it reads, the reader reads too, and as much of the buffer.</summary>
    [Fact]
    public void It_reads_nothing_that_the_reader_reads_otherwise()
    {
        var random = new Random(20_261_121);
        var accepted = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var key = new string('k', random.Next(1, 1200));
            var bytes = Encoding.Latin1.GetBytes(
                round % 2 == 0
                    ? $"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n"
                    : $"*3\r\n$3\r\nSET\r\n$2\r\nab\r\n${key.Length}\r\n{key}\r\n");
            ReadOnlySpan<byte> value = default;
            for (var changes = random.Next(3); changes > 0; changes--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 30))] = (byte)random.Next(256);
            }

            bytes = bytes[..(bytes.Length - (random.Next(4) == 0 ? random.Next(bytes.Length) : 0))];
            var isGet = PlainRequest.TryReadGet(bytes, out var found, out var length);
            if (!isGet && !PlainRequest.TryReadSet(bytes, out found, out value, out length))
            {
                continue;
            }

            accepted++;
            var reader = new RespRequestReader(new RespLimits());
            Assert.Equal(ReadStatus.Complete, reader.Read(bytes, out var request, out var consumed));
            Assert.Equal((isGet ? 2 : 3, length), (request.Count, consumed));
            Assert.True(request[1].SequenceEqual(found));
            Assert.True(isGet || request[2].SequenceEqual(value));
            Assert.Equal(isGet ? "GET" : "SET", Encoding.Latin1.GetString(request[0]), ignoreCase: true);
        }

        Assert.InRange(accepted, 10_000, 190_000);
    }
}
