using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespFuzzTests
{
    private const string RequestAlphabet = "*$0123456789-\r\n\r\n\r\n \"'\\xGETa";
    private const string ReplyAlphabet = "+-:$*_,#(!=%~>|0123456789\r\n\r\n\r\ntfx";

    private static readonly string[] Requests =
    [
        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
        "SET \"a b\\x41\" 'c'\r\nPING\r\n\r\n",
        "*1\r\n$4\r\nPING\r\n*0\r\nGET k\n",
    ];

    private static readonly string[] Replies =
    [
        "+OK\r\n-ERR x\r\n:12\r\n$3\r\nabc\r\n*2\r\n:1\r\n*1\r\n$-1\r\n",
        "%2\r\n+a\r\n#t\r\n,1.5\r\n(123\r\n~1\r\n_\r\n>2\r\n+p\r\n!3\r\nERR\r\n|1\r\n+a\r\n:1\r\n=7\r\ntxt:abc\r\n",
    ];

    [Fact]
    public void Damaged_requests_give_requests_or_an_error_the_same_in_any_pieces()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var round = 0; round < 40_000; round++)
        {
            var bytes = random.Chance(0.5)
                ? Mutations.Random(random, RequestAlphabet, 60)
                : Mutations.Mutate(random, Bytes.Of(Requests[random.Next(Requests.Length)]));
            var whole = RequestFeeder.Read(bytes, () => bytes.Length);
            var pieces = RequestFeeder.Read(bytes, () => random.Next(7));
            Assert.True(whole == pieces, $"seed {seed} round {round}: {Convert.ToHexString(bytes)} gave {whole} or {pieces}");
        }
    }

    [Fact]
    public void Damaged_replies_give_replies_or_an_error_the_same_in_any_pieces()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var round = 0; round < 40_000; round++)
        {
            var bytes = random.Chance(0.5)
                ? Mutations.Random(random, ReplyAlphabet, 60)
                : Mutations.Mutate(random, Bytes.Of(Replies[random.Next(Replies.Length)]));
            var whole = ReplyPrinter.Read(bytes, () => bytes.Length);
            var pieces = ReplyPrinter.Read(bytes, () => random.Next(7));
            Assert.True(whole == pieces, $"seed {seed} round {round}: {Convert.ToHexString(bytes)} gave {whole} or {pieces}");
        }
    }

    [Theory]
    [InlineData("*1048576\r\n")]
    [InlineData("*1048576\r\n$536870912\r\n")]
    [InlineData("*2\r\n$3\r\nSET\r\n$536870912\r\nabc")]
    public void A_request_that_announces_much_allocates_nothing(string sent)
    {
        var reader = new RespRequestReader(RespLimits.Default);
        var bytes = Bytes.Of(sent);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = reader.Read(bytes, out _, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(ReadStatus.NeedMore, status);
        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData("*1048576\r\n")]
    [InlineData("%524288\r\n$536870912\r\n")]
    [InlineData("*1048576\r\n*1048576\r\n*1048576\r\n")]
    public void A_reply_that_announces_much_allocates_nothing(string sent)
    {
        var reader = new RespReplyReader(RespLimits.Default);
        var bytes = Bytes.Of(sent);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = reader.Read(bytes, out _, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(ReadStatus.NeedMore, status);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Fuzzed_requests_allocate_in_proportion_to_their_bytes()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = Mutations.Mutate(random, Bytes.Of(Requests[random.Next(Requests.Length)]));
            var reader = new RespRequestReader(RespLimits.Default);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var rest = bytes.AsSpan();
            while (reader.Read(rest, out _, out var consumed) == ReadStatus.Complete)
            {
                rest = rest[consumed..];
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var bound = 200 + (bytes.Length * 32);
            Assert.True(allocated <= bound, $"seed {seed} round {round}: {allocated} bytes for {Convert.ToHexString(bytes)}");
        }
    }
}
