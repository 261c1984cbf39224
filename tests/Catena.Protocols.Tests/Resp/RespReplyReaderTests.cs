using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespReplyReaderTests
{
    [Theory]
    [InlineData("+OK\r\n-ERR no\r\n", "SimpleString:OK Error:ERR no")]
    [InlineData(":0\r\n:-5\r\n:+7\r\n", "0 -5 7")]
    [InlineData("$3\r\na\r\n\r\n$0\r\n\r\n$-1\r\n", "Bulk:a\r\n Bulk: null")]
    [InlineData("*0\r\n*-1\r\n_\r\n", "Array() null null")]
    [InlineData("*2\r\n*2\r\n:1\r\n$1\r\nx\r\n*0\r\n", "Array(Array(1 Bulk:x) Array())")]
    [InlineData("%1\r\n+k\r\n*1\r\n:2\r\n~1\r\n:1\r\n>1\r\n+m\r\n", "Map(SimpleString:k Array(2)) Set(1) Push(SimpleString:m)")]
    [InlineData(",1.5\r\n,inf\r\n,-inf\r\n,10\r\n,1e3\r\n", "1.5d Infinityd -Infinityd 10d 1000d")]
    [InlineData("#t\r\n#f\r\n(-12345678901234567890\r\n", "true false BigNumber:-12345678901234567890")]
    [InlineData("=7\r\ntxt:abc\r\n!5\r\nERR x\r\n", "Verbatim:abc Error:ERR x")]
    [InlineData("|1\r\n+ttl\r\n:3\r\n*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n", "Array(1 2)")]
    [InlineData("*1\r\n|0\r\n|1\r\n+a\r\n:1\r\n+x\r\n", "Array(SimpleString:x)")]
    public void Replies_are_read_whole_and_byte_by_byte_alike(string sent, string expected)
    {
        Assert.Equal(expected, ReplyPrinter.ReadWhole(sent));
        Assert.Equal(expected, ReplyPrinter.ReadByteByByte(sent));
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData(":1a\r\n")]
    [InlineData(":\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("(1.5\r\n")]
    [InlineData(",abc\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$?\r\n")]
    [InlineData("*?\r\n")]
    [InlineData("%-1\r\n")]
    [InlineData("!-1\r\n")]
    [InlineData("=3\r\nabc\r\n")]
    [InlineData("=4\r\nabcd\r\n")]
    [InlineData("$3\r\nabcde\r\n")]
    [InlineData("+a\rb\r\n")]
    [InlineData("*1048577\r\n")]
    [InlineData("$536870913\r\n")]
    public void Malformed_replies_are_errors(string sent)
    {
        Assert.StartsWith("error: ", ReplyPrinter.ReadWhole(sent));
        Assert.Equal(ReplyPrinter.ReadWhole(sent), ReplyPrinter.ReadByteByByte(sent));
    }

    [Fact]
    public void Nesting_has_a_bound()
    {
        var limits = new RespLimits { ReplyDepth = 3 };
        Assert.Equal("Array(Array(Array(1)))", ReplyPrinter.ReadWhole("*1\r\n*1\r\n*1\r\n:1\r\n", limits));
        Assert.StartsWith("error: ", ReplyPrinter.ReadWhole("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", limits));
    }

    [Fact]
    public void A_reply_has_a_greatest_length_whatever_it_consists_of()
    {
        var limits = new RespLimits { MessageBytes = 16 };
        Assert.Equal("Array(1 2 3)", ReplyPrinter.ReadWhole("*3\r\n:1\r\n:2\r\n:3\r\n", limits));
        Assert.StartsWith("error: ", ReplyPrinter.ReadWhole("*3\r\n:1\r\n:2\r\n:30\r\n", limits));
        Assert.StartsWith("error: ", ReplyPrinter.ReadWhole("$20\r\n", limits));
        Assert.StartsWith("error: ", ReplyPrinter.ReadByteByByte("*4\r\n*0\r\n*0\r\n*0\r\n*0\r\n", limits));
    }

    [Fact]
    public void Any_array_of_strings_and_integers_is_read_as_it_was_written_in_any_pieces()
    {
        var arbitrary = ArbMap.Default;
        Prop.ForAll(arbitrary.ArbFor<byte[][]>(), arbitrary.ArbFor<long[]>(), arbitrary.ArbFor<ulong>(), (strings, numbers, seed) =>
        {
            var sent = Bytes.Written(output =>
            {
                var writer = new RespWriter(output, RespVersion.Resp3);
                writer.WriteArrayHeader(strings.Length + numbers.Length);
                foreach (var text in strings)
                {
                    writer.WriteBulk(text);
                }

                foreach (var number in numbers)
                {
                    writer.WriteInteger(number);
                }
            });
            var expected = strings.Select(text => "Bulk:" + Bytes.Text(text)).Concat(numbers.Select(number => $"{number}"));
            var random = new Prng(seed);
            return ReplyPrinter.Read(Bytes.Of(sent), () => (int)random.Between(1, 20)) == $"Array({string.Join(' ', expected)})";
        }).QuickCheckThrowOnFailure();
    }
}
