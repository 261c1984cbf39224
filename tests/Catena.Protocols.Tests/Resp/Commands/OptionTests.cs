using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp.Commands;

/// <summary>The errors are what a Redis 7.0.15 answered to the same line.</summary>
public sealed class OptionTests
{
    private const string NotAnInteger = "ERR value is not an integer or out of range";
    private const string Syntax = "ERR syntax error";

    [Theory]
    [InlineData("SET k v", "None")]
    [InlineData("SET k v nx", "WhenAbsent")]
    [InlineData("SET k v XX GET", "WhenPresent get")]
    [InlineData("SET k v GET NX", "WhenAbsent get")]
    [InlineData("SET k v NX NX KEEPTTL KEEPTTL", "WhenAbsent keep")]
    [InlineData("SET k v EX 10", "None +10000")]
    [InlineData("SET k v EX 10 EX 20", "None +20000")]
    [InlineData("SET k v px 10 Xx", "WhenPresent +10")]
    [InlineData("SET k v EXAT 1", "None @1000")]
    [InlineData("SET k v PXAT 9223372036854775807", "None @9223372036854775807")]
    [InlineData("SET k v NX XX", Syntax)]
    [InlineData("SET k v EX", Syntax)]
    [InlineData("SET k v EX 10 PX 10", Syntax)]
    [InlineData("SET k v KEEPTTL EX 10", Syntax)]
    [InlineData("SET k v EX 10 KEEPTTL", Syntax)]
    [InlineData("SET k v PERSIST", Syntax)]
    [InlineData("SET k v EX abc FOO", Syntax)]
    [InlineData("SET k v EX NX", NotAnInteger)]
    [InlineData("SET k v EX abc", NotAnInteger)]
    [InlineData("SET k v EX 0", "ERR invalid expire time in 'set' command")]
    [InlineData("SET k v PXAT -1", "ERR invalid expire time in 'set' command")]
    [InlineData("SET k v EX 9223372036854775807", "ERR invalid expire time in 'set' command")]
    public void Options_of_set(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        SetOptions.TryParse(request, out var options, out var error)
            ? $"{options.Condition}{(options.ReturnsOld ? " get" : "")}{(options.KeepsExpiry ? " keep" : "")}{Print(options.Expiry)}"
            : Bytes.Text(error)));

    [Theory]
    [InlineData("EXPIRE k 10", "None +10000")]
    [InlineData("PEXPIRE k 10 nx", "WhenAbsent +10")]
    [InlineData("EXPIREAT k -10 XX GT", "WhenPresent, WhenLater @-10000")]
    [InlineData("PEXPIREAT k 9223372036854775807 LT", "WhenEarlier @9223372036854775807")]
    [InlineData("PEXPIRE k -9223372036854775808", "None +-9223372036854775808")]
    [InlineData("EXPIRE k a", NotAnInteger)]
    [InlineData("EXPIRE k 01", NotAnInteger)]
    [InlineData("EXPIRE k 1 FOO", "ERR Unsupported option FOO")]
    [InlineData("EXPIRE k a FOO", "ERR Unsupported option FOO")]
    [InlineData("EXPIRE k 1 \"A\\x00B\"", "ERR Unsupported option A")]
    [InlineData("EXPIRE k 1 NX XX", "ERR NX and XX, GT or LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 1 NX GT LT", "ERR NX and XX, GT or LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 1 GT LT", "ERR GT and LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 9223372036854775807", "ERR invalid expire time in 'expire' command")]
    [InlineData("EXPIREAT k -9223372036854775808", "ERR invalid expire time in 'expireat' command")]
    public void Options_of_expire(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        ExpireOptions.TryParse(request, RedisCommandTable.Find(request[0])!, out var options, out var error)
            ? $"{options.Condition}{Print(options.Time)}"
            : Bytes.Text(error)));

    [Theory]
    [InlineData("GETEX k", "")]
    [InlineData("GETEX k PERSIST PERSIST", "persist")]
    [InlineData("GETEX k PX 5", " +5")]
    [InlineData("GETEX k EX", Syntax)]
    [InlineData("GETEX k EX 10 PERSIST", Syntax)]
    [InlineData("GETEX k PERSIST EX 10", Syntax)]
    [InlineData("GETEX k NX", Syntax)]
    [InlineData("GETEX k KEEPTTL", Syntax)]
    [InlineData("GETEX k EX abc", "if found: " + NotAnInteger)]
    [InlineData("GETEX k EX 0", "if found: ERR invalid expire time in 'getex' command")]
    public void Options_of_getex(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        GetExOptions.TryParse(request, out var options, out var error)
            ? $"{(options.Persists ? "persist" : "")}{Print(options.Expiry)}{(options.TimeError is { } late ? "if found: " + Bytes.Text(late) : "")}"
            : Bytes.Text(error)));

    [Theory]
    [InlineData("SCAN 0", "0 10")]
    [InlineData("SCAN 18446744073709551615 count 5 match a* type STRING", "18446744073709551615 5 match a* type STRING strings")]
    [InlineData("SCAN 7 MATCH * TYPE list", "7 10 type list")]
    [InlineData("SCAN 7 MATCH \"\"", "7 10 match ")]
    [InlineData("SCAN \"\"", "0 10")]
    [InlineData("SCAN +7", "7 10")]
    [InlineData("SCAN -1", "18446744073709551615 10")]
    [InlineData("SCAN +-1", "ERR invalid cursor")]
    [InlineData("SCAN a", "ERR invalid cursor")]
    [InlineData("SCAN a FOO", "ERR invalid cursor")]
    [InlineData("SCAN 18446744073709551616", "ERR invalid cursor")]
    [InlineData("SCAN 0 COUNT 0", Syntax)]
    [InlineData("SCAN 0 COUNT", Syntax)]
    [InlineData("SCAN 0 MATCH", Syntax)]
    [InlineData("SCAN 0 FOO 1", Syntax)]
    [InlineData("SCAN 0 COUNT a", NotAnInteger)]
    public void Options_of_scan(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        ScanOptions.TryParse(request, out var options, out var error)
            ? $"{options.Cursor} {options.Count}{(options.HasPattern ? " match " + Bytes.Text(options.Pattern) : "")}"
                + $"{(options.HasType ? $" type {Bytes.Text(options.Type)}{(options.AcceptsStrings ? " strings" : "")}" : "")}"
            : Bytes.Text(error)));

    [Theory]
    [InlineData("FLUSHALL", "False")]
    [InlineData("FLUSHDB sync", "False")]
    [InlineData("FLUSHDB async", "True")]
    [InlineData("FLUSHALL FOO", Syntax)]
    [InlineData("FLUSHALL SYNC ASYNC", Syntax)]
    public void Options_of_flush(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        FlushOptions.TryParse(request, out var options, out var error) ? $"{options.IsAsync}" : Bytes.Text(error)));

    [Theory]
    [InlineData("HELLO", "")]
    [InlineData("HELLO 3", "Resp3")]
    [InlineData("HELLO 2 setname me auth u p", "Resp2 u:p me")]
    [InlineData("HELLO 4", "NOPROTO unsupported protocol version")]
    [InlineData("HELLO a", "ERR Protocol version is not an integer or out of range")]
    [InlineData("HELLO 03", "ERR Protocol version is not an integer or out of range")]
    [InlineData("HELLO 2 FOO", "ERR Syntax error in HELLO option 'FOO'")]
    [InlineData("HELLO 2 AUTH a", "ERR Syntax error in HELLO option 'AUTH'")]
    [InlineData("HELLO 2 SETNAME", "ERR Syntax error in HELLO option 'SETNAME'")]
    [InlineData("HELLO 2 SETNAME \"a b\"", "ERR Client names cannot contain spaces, newlines or special characters.")]
    public void Options_of_hello(string line, string expected) => Assert.Equal(expected, RequestFeeder.With(line, request =>
        HelloOptions.TryParse(request, out var options, out var error)
            ? $"{options.Version}{(options.Authenticates ? $" {Bytes.Text(options.User)}:{Bytes.Text(options.Password)}" : "")}"
                + $"{(options.SetsName ? " " + Bytes.Text(options.Name) : "")}"
            : Bytes.Text(error)));

    [Fact]
    public void A_relative_time_becomes_absolute_unless_it_overflows()
    {
        Assert.True(new ExpireTime(5, true).TryResolve(1_000, out var at));
        Assert.Equal(1_005, at);
        Assert.True(new ExpireTime(5, false).TryResolve(1_000, out at));
        Assert.Equal(5, at);
        Assert.True(new ExpireTime(-5_000, true).TryResolve(1_000, out at));
        Assert.Equal(-4_000, at);
        Assert.True(new ExpireTime(long.MaxValue - 1_000, true).TryResolve(1_000, out at));
        Assert.Equal(long.MaxValue, at);
        Assert.False(new ExpireTime(long.MaxValue - 999, true).TryResolve(1_000, out _));
    }

    [Theory]
    [InlineData("foo", "ERR unknown command 'foo', with args beginning with: ")]
    [InlineData("foo a b c", "ERR unknown command 'foo', with args beginning with: 'a' 'b' 'c' ")]
    [InlineData("\"fo\\r\\no\" \"b\\r\\nar\"", "ERR unknown command 'fo  o', with args beginning with: 'b  ar' ")]
    [InlineData("\"f\\x00oo\" \"q\\x00z\"", "ERR unknown command 'f', with args beginning with: 'q' ")]
    public void An_unknown_command_is_quoted_as_by_Redis(string line, string expected) => Assert.Equal(
        $"-{expected}\r\n",
        RequestFeeder.With(line, request =>
        {
            var error = RespErrors.UnknownCommand(request);
            return Bytes.Written(output => new RespWriter(output).WriteError(error));
        }));

    [Fact]
    public void Long_quotations_are_cut_where_Redis_cuts_them()
    {
        var (x, y, f) = (new string('x', 100), new string('y', 100), new string('f', 200));
        Assert.Equal(
            $"ERR unknown command 'foo', with args beginning with: '{x}' '{y[..25]}' ",
            RequestFeeder.With($"foo {x} {y} z", request => Bytes.Text(RespErrors.UnknownCommand(request))));
        Assert.Equal(
            $"ERR unknown command '{f[..128]}', with args beginning with: ",
            RequestFeeder.With(f, request => Bytes.Text(RespErrors.UnknownCommand(request))));
        Assert.Equal(
            $"ERR unknown subcommand '{f[..128]}'. Try CONFIG HELP.",
            Bytes.Text(RespErrors.UnknownSubcommand(RedisCommandTable.Get(RedisCommandId.Config), Bytes.Of(f))));
    }

    [Fact]
    public void Errors_that_name_something_name_it_as_Redis_does()
    {
        Assert.Equal(
            "ERR wrong number of arguments for 'get' command",
            Bytes.Text(RespErrors.WrongArgumentCount(RedisCommandTable.Get(RedisCommandId.Get))));
        Assert.Equal("ERR wrong number of arguments for 'config|get' command", Bytes.Text(RespErrors.WrongArgumentCount("config|get")));
        Assert.Equal("MOVED 3999 127.0.0.1:6381", Bytes.Text(RespErrors.Moved(3999, "127.0.0.1:6381")));
        Assert.Equal("ASK 3999 127.0.0.1:6381", Bytes.Text(RespErrors.Ask(3999, "127.0.0.1:6381")));
    }

    private static string Print(ExpireTime? time) => time is { } given ? $" {(given.IsRelative ? '+' : '@')}{given.Milliseconds}" : string.Empty;
}
