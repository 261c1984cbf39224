using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp.Commands;

/// <summary>Options of the commands on bits, parts and whole keys. Errors are compared with redis-server's in the tables of cases.</summary>
public sealed class StringOptionTests
{
    private const int MaxValue = 1 << 20;

    private static readonly string[] Words =
    [
        "GET", "SET", "INCRBY", "OVERFLOW", "SAT", "FAIL", "WRAP", "u8", "i64", "u64", "u0", "i", "#1", "#", "0", "1", "-1", "9223372036854775807",
        "-9223372036854775808", "#9223372036854775807", "BIT", "BYTE", "LEN", "IDX", "MINMATCHLEN", "WITHMATCHLEN", "REPLACE", "DB", "ABSTTL", "IDLETIME",
        "FREQ", "255", "256", "\"\"", "\"u\\x00\"", "\"\\xff\"", "abc",
    ];

    [Theory]
    [InlineData(0, -1, 5, 0, 4)]
    [InlineData(-3, -1, 5, 2, 4)]
    [InlineData(-100, 100, 5, 0, 4)]
    [InlineData(-100, -100, 5, 0, 0)] // as Redis: both become the first
    [InlineData(-1, -3, 5, 0, -1)]
    [InlineData(3, 1, 5, 0, -1)]
    [InlineData(5, 9, 5, 0, -1)]
    [InlineData(0, -1, 0, 0, -1)]
    [InlineData(long.MinValue, long.MaxValue, 5, 0, 4)]
    [InlineData(long.MaxValue, long.MinValue, 5, 0, -1)]
    public void A_range_lies_inside_what_it_is_taken_of(long first, long last, long length, long from, long to) =>
        Assert.Equal(new IndexRange(from, to), new IndexRange(first, last).In(length));

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("8388607", 0, 8_388_607)]
    [InlineData("8388608", 0, -1)]
    [InlineData("#3", 0, -1)]
    [InlineData("#3", 5, 15)]
    [InlineData("3", 5, 3)]
    [InlineData("#1048575", 8, 8_388_600)]
    [InlineData("#1048576", 8, -1)]
    [InlineData("#9223372036854775807", 64, -1)]
    [InlineData("#-1", 8, -1)]
    [InlineData("-1", 0, -1)]
    [InlineData("", 8, -1)]
    public void A_bit_lies_inside_the_longest_value(string text, int width, long expected) =>
        Assert.Equal(expected, BitOffset.TryParse(Bytes.Of(text), width, MaxValue, out var offset) ? offset : -1);

    [Fact]
    public void An_overflow_rule_holds_for_what_follows() => RequestFeeder.With(
        "BITFIELD k GET u8 0 OVERFLOW SAT INCRBY i8 #1 5 SET u4 2 3 OVERFLOW FAIL INCRBY u1 0 1",
        request =>
        {
            Assert.True(BitFieldOptions.TryParse(request, readsOnly: false, MaxValue, out var options, out _));
            Assert.True(options.IsWrite);
            Assert.Equal(
                "Get Wrap u8 0 0, Add Saturate i8 8 5, Set Saturate u4 2 3, Add Fail u1 0 1",
                string.Join(", ", options.Operations.Select(one => $"{one.Action} {one.Overflow} {(one.IsSigned ? 'i' : 'u')}{one.Width} {one.Offset} {one.Number}")));
            return true;
        });

    [Fact]
    public void No_words_make_options_throw()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        string[] commands = ["BITFIELD k", "BITCOUNT k", "BITPOS k 1", "LCS a b", "COPY a b", "RESTORE k 0 x", "SCAN", "GETEX k"];
        for (var round = 0; round < 20_000; round++)
        {
            var line = $"{commands[random.Next(commands.Length)]} {string.Join(' ', Enumerable.Range(0, random.Next(8)).Select(_ => Words[random.Next(Words.Length)]))}";
            try
            {
                RequestFeeder.With(line, ParseAll);
            }
            catch (Exception thrown)
            {
                Assert.Fail($"seed {seed} round {round}, {line}: {thrown}");
            }
        }
    }

    private static bool ParseAll(RespRequest request)
    {
        var isEmpty = request.Count < 4;
        return (request.Count >= 2 && GetExOptions.TryParse(request, out _, out _))
            | (request.Count >= 2 && ScanOptions.TryParse(request, out _, out _))
            | (request.Count >= 2 && BitRangeOptions.TryParseCount(request, out _, out _))
            | (request.Count >= 2 && BitFieldOptions.TryParse(request, readsOnly: true, MaxValue, out _, out _))
            | (request.Count >= 3 && BitRangeOptions.TryParsePosition(request, out _, out _))
            | (request.Count >= 3 && LcsOptions.TryParse(request, out _, out _))
            | (request.Count >= 3 && CopyOptions.TryParse(request, out _, out _))
            | (!isEmpty && RestoreOptions.TryParse(request, out _, out _));
    }
}
