using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespRequestReaderTests
{
    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "[GET|k]")]
    [InlineData("*1\r\n$0\r\n\r\n", "[]")]
    [InlineData("*3\r\n$3\r\nSET\r\n$4\r\n\r\n\0\xff\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", "[SET|\r\n\0\xff|] [PING]")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$12\r\nabcdefghijkl\r\n", "[ECHO|abcdefghijkl]")]
    [InlineData("PING\r\n", "[PING]")]
    [InlineData("PING\nPING\r\n", "[PING] [PING]")]
    [InlineData("*0\r\n*-1\r\n*-2\r\n\r\n\n \t\r\nPING\r\n", "[PING]")]
    [InlineData("  SET \t a   b  \r\n*1\r\n$4\r\nPING\r\nPING\r\n", "[SET|a|b] [PING] [PING]")]
    public void Requests_are_read_whole_and_byte_by_byte_alike(string sent, string expected)
    {
        Assert.Equal(expected, RequestFeeder.ReadWhole(sent));
        Assert.Equal(expected, RequestFeeder.ReadByteByByte(sent));
    }

    // Each line was sent to a Redis 7.0.15, which gave the same words or the same error.
    [Theory]
    [InlineData("ECHO 'a\\'b\\n'", "[ECHO|a'b\\n]")]
    [InlineData("ECHO \"a\\x41\\n\\q\"", "[ECHO|aA\nq]")]
    [InlineData("ECHO a\"b c\"", "[ECHO|ab c]")]
    [InlineData("ECHO a\vb", "[ECHO|a\vb]")]
    [InlineData("ECHO \"\"", "[ECHO|]")]
    [InlineData("ECHO \"\\x4\"", "[ECHO|x4]")]
    [InlineData("ECHO \"\\r\\t\\b\\a\\\\\\\"\"", "[ECHO|\r\t\b\a\\\"]")]
    [InlineData("ECHO \xc3\xa9", "[ECHO|\xc3\xa9]")]
    [InlineData("ECHO \"a", "ERR Protocol error: unbalanced quotes in request")]
    [InlineData("ECHO \"a\"b", "ERR Protocol error: unbalanced quotes in request")]
    [InlineData("ECHO a'b'c", "ERR Protocol error: unbalanced quotes in request")]
    [InlineData("ECHO \"ab\\", "ERR Protocol error: unbalanced quotes in request")]
    [InlineData("ECHO 'ab\\'", "ERR Protocol error: unbalanced quotes in request")]
    public void Inline_requests_are_split_by_the_quoting_rules_of_Redis(string line, string expected)
    {
        Assert.Equal(expected, RequestFeeder.ReadWhole(line + "\r\n"));
        Assert.Equal(expected, RequestFeeder.ReadByteByByte(line + "\r\n"));
    }

    // As sent to a Redis 7.0.15, except for the last three: Redis does not look at line ends behind lengths and bodies.
    [Theory]
    [InlineData("*x\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*+1\r\n$4\r\nPING\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*01\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*1048577\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*2147483648\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*99999999999999999999999\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*1\r\n$-1\r\n", "ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$\r\n", "ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$01\r\n", "ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n:1\r\n", "ERR Protocol error: expected '$', got ':'")]
    [InlineData("*1\r\n\n1\r\n", "ERR Protocol error: expected '$', got ' '")]
    [InlineData("*1\r\n$4\r\nPINGxxPING\r\n", "ERR Protocol error: expected CRLF after bulk")]
    [InlineData("*1\r\r$4\r\nPING\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*1\r\n$4\rxPING\r\n", "ERR Protocol error: invalid bulk length")]
    public void Malformed_requests_get_the_error_of_Redis(string sent, string expected)
    {
        Assert.Equal(expected, RequestFeeder.ReadWhole(sent));
        Assert.Equal(expected, RequestFeeder.ReadByteByByte(sent));
    }

    [Theory]
    [InlineData("x", 100, "ERR Protocol error: too big inline request")]
    [InlineData("*1", 101, "ERR Protocol error: too big mbulk count string")]
    [InlineData("*1\r\n$1", 105, "ERR Protocol error: too big bulk count string")]
    public void A_line_that_does_not_end_is_refused_at_the_limit(string start, int refusedAt, string expected)
    {
        var limits = new RespLimits { InlineBytes = 100 };
        var text = start + new string('1', 200);
        Assert.Equal(string.Empty, RequestFeeder.ReadWhole(text[..(refusedAt - 1)], limits));
        Assert.Equal(expected, RequestFeeder.ReadWhole(text[..refusedAt], limits));
        Assert.Equal(expected, RequestFeeder.ReadWhole(text + "\r\n", limits));
        Assert.Equal(expected, RequestFeeder.ReadByteByByte(text + "\r\n", limits));
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        var limits = new RespLimits { MultibulkCount = 2, BulkBytes = 5, MessageBytes = 30 };
        Assert.Equal("[a|12345]", RequestFeeder.ReadWhole("*2\r\n$1\r\na\r\n$5\r\n12345\r\n", limits));
        Assert.Equal("ERR Protocol error: invalid multibulk length", RequestFeeder.ReadWhole("*3\r\n", limits));
        Assert.Equal("ERR Protocol error: invalid bulk length", RequestFeeder.ReadWhole("*2\r\n$6\r\n", limits));
        limits = limits with { MessageBytes = 25 };
        Assert.Equal("ERR Protocol error: too big request", RequestFeeder.ReadWhole("*2\r\n$5\r\n12345\r\n$5\r\n12345\r\n", limits));
    }

    [Fact]
    public void After_an_error_nothing_more_is_read()
    {
        var reader = new RespRequestReader(RespLimits.Default);
        Assert.Equal(ReadStatus.ProtocolError, reader.Read("*x\r\n"u8, out _, out _));
        Assert.Equal(ReadStatus.ProtocolError, reader.Read("PING\r\n"u8, out _, out var consumed));
        Assert.Equal(0, consumed);
        Assert.Equal("ERR Protocol error: invalid multibulk length", Bytes.Text(reader.Error));
    }

    [Fact]
    public void The_bytes_that_a_large_argument_needs_are_known_from_its_length()
    {
        var reader = new RespRequestReader(RespLimits.Default);
        var start = Bytes.Of("*2\r\n$3\r\nGET\r\n$1000000\r\n");
        Assert.Equal(ReadStatus.NeedMore, reader.Read(start, out _, out _));
        Assert.Equal(start.Length + 1_000_002, reader.BytesNeeded);
    }

    [Fact]
    public void An_unfinished_request_survives_a_move_of_the_buffer_and_is_not_parsed_again()
    {
        var reader = new RespRequestReader(RespLimits.Default);
        var first = Bytes.Of("\r\n*2\r\n$3\r\nGET\r\n$5\r\nab");
        Assert.Equal(ReadStatus.NeedMore, reader.Read(first, out _, out var consumed));
        Assert.Equal(2, consumed);

        // What has been passed is not looked at again: its framing may be anything now.
        var second = Bytes.Of("*???????GET??????abcde\r\n");
        Assert.Equal(ReadStatus.Complete, reader.Read(second, out var request, out consumed));
        Assert.Equal(second.Length, consumed);
        Assert.Equal("GET", Bytes.Text(request[0]));
        Assert.Equal("abcde", Bytes.Text(request[1]));
    }

    [Fact]
    public void Any_pipeline_in_any_pieces_is_read_as_it_was_written()
    {
        var word = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();
        var request = word.NonEmptyListOf().Select(words => words.ToArray());
        var pipeline = request.NonEmptyListOf().Select(requests => requests.ToArray()).ToArbitrary();
        Prop.ForAll(pipeline, ArbMap.Default.ArbFor<ulong>(), (requests, seed) =>
        {
            var sent = Bytes.Written(output =>
            {
                var writer = new RespWriter(output);
                foreach (var arguments in requests)
                {
                    writer.WriteArrayHeader(arguments.Length);
                    foreach (var argument in arguments)
                    {
                        writer.WriteBulk(argument);
                    }
                }
            });
            var expected = string.Join(' ', requests.Select(arguments => $"[{string.Join('|', arguments.Select(a => Bytes.Text(a)))}]"));
            var random = new Prng(seed);
            return RequestFeeder.Read(Bytes.Of(sent), () => (int)random.Between(1, 20)) == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_request_with_very_many_arguments_is_read_and_small_ones_after_it()
    {
        var many = "*20000\r\n" + string.Concat(Enumerable.Repeat("$1\r\nx\r\n", 20_000));
        var expected = $"[{string.Join('|', Enumerable.Repeat("x", 20_000))}] [PING] [a|b] [PING]";
        Assert.Equal(expected, RequestFeeder.ReadWhole(many + "PING\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\nPING\r\n"));
    }
}
