using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp.Commands;

public sealed class RedisCommandTableTests
{
    [Fact]
    public void Every_id_has_a_command_that_its_name_finds_in_any_case()
    {
        Assert.Equal(Enum.GetValues<RedisCommandId>().Length, RedisCommandTable.All.Length);
        foreach (var id in Enum.GetValues<RedisCommandId>())
        {
            var command = RedisCommandTable.Get(id);
            Assert.Equal(id, command.Id);
            Assert.Same(command, RedisCommandTable.Find(Bytes.Of(command.Name)));
            Assert.Same(command, RedisCommandTable.Find(Bytes.Of(command.Name.ToUpperInvariant())));
            Assert.Equal(id.ToString(), command.Name.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal), ignoreCase: true);
        }
    }

    [Fact]
    public void No_name_that_differs_in_one_byte_or_in_length_finds_a_command_by_mistake()
    {
        var names = RedisCommandTable.All.ToArray().Select(command => command.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            Assert.Null(RedisCommandTable.Find(Bytes.Of(name + "\0")));
            Assert.Null(RedisCommandTable.Find(Bytes.Of(name + " ")));
            for (var i = 0; i < name.Length; i++)
            {
                for (var b = 0; b < 256; b++)
                {
                    var other = name[..i] + (char)b + name[(i + 1)..];
                    Assert.Equal(names.Contains(other), RedisCommandTable.Find(Bytes.Of(other)) is not null);
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GE")]
    [InlineData("LPUSH")]
    [InlineData("GE      T       ")] // packs to the words of GET
    [InlineData("TOUC    OUCH    ")]
    [InlineData("averyveryverylongnameofnocommand")]
    public void An_unknown_name_finds_nothing(string name) => Assert.Null(RedisCommandTable.Find(Bytes.Of(name)));

    // As COMMAND INFO of a Redis 7.0.15 prints: arity, flags, first and last key, step.
    [Theory]
    [InlineData("ping", -1, "fast", 0, 0, 0)]
    [InlineData("hello", -1, "noscript loading stale fast no_auth allow_busy", 0, 0, 0)]
    [InlineData("command", -1, "loading stale", 0, 0, 0)]
    [InlineData("config", -2, "", 0, 0, 0)]
    [InlineData("get", 2, "readonly fast", 1, 1, 1)]
    [InlineData("set", -3, "write denyoom", 1, 1, 1)]
    [InlineData("mget", -2, "readonly fast", 1, -1, 1)]
    [InlineData("mset", -3, "write denyoom", 1, -1, 2)]
    [InlineData("incrbyfloat", 3, "write denyoom fast", 1, 1, 1)]
    [InlineData("setex", 4, "write denyoom", 1, 1, 1)]
    [InlineData("getex", -2, "write fast", 1, 1, 1)]
    [InlineData("del", -2, "write", 1, -1, 1)]
    [InlineData("unlink", -2, "write fast", 1, -1, 1)]
    [InlineData("scan", -2, "readonly", 0, 0, 0)]
    [InlineData("dbsize", 1, "readonly fast", 0, 0, 0)]
    [InlineData("flushall", -1, "write", 0, 0, 0)]
    [InlineData("cluster", -2, "", 0, 0, 0)]
    [InlineData("asking", 1, "fast", 0, 0, 0)]
    [InlineData("readonly", 1, "loading stale fast", 0, 0, 0)]
    public void Facts_are_those_of_Redis(string name, int arity, string flags, int first, int last, int step)
    {
        var command = RedisCommandTable.Find(Bytes.Of(name))!;
        Assert.Equal((arity, first, last, step), (command.Arity, command.FirstKey, command.LastKey, command.KeyStep));
        var info = Bytes.Written(output => RedisCommandDescription.WriteInfo(new RespWriter(output), command));
        var words = flags.Length == 0 ? [] : flags.Split(' ');
        var list = string.Concat(words.Select(word => $"+{word}\r\n"));
        Assert.Contains($":{arity}\r\n*{words.Length}\r\n{list}:{first}\r\n:{last}\r\n:{step}\r\n", info);
    }

    [Fact]
    public void Information_about_a_command_has_the_bytes_that_Redis_sends()
    {
        const string Del = "*10\r\n$3\r\ndel\r\n:-2\r\n*1\r\n+write\r\n:1\r\n:-1\r\n:1\r\n*3\r\n+@keyspace\r\n+@write\r\n+@slow\r\n*2\r\n"
            + "$26\r\nrequest_policy:multi_shard\r\n$23\r\nresponse_policy:agg_sum\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RM\r\n+delete\r\n"
            + "$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n"
            + "$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:-1\r\n$7\r\nkeystep\r\n:1\r\n"
            + "$5\r\nlimit\r\n:0\r\n*0\r\n";
        const string MGet = "*10\r\n$4\r\nmget\r\n:-2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:-1\r\n:1\r\n~3\r\n+@read\r\n+@string\r\n+@fast\r\n"
            + "~1\r\n$26\r\nrequest_policy:multi_shard\r\n~1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n"
            + "$12\r\nbegin_search\r\n%2\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n%1\r\n$5\r\nindex\r\n:1\r\n"
            + "$9\r\nfind_keys\r\n%2\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n%3\r\n$7\r\nlastkey\r\n:-1\r\n$7\r\nkeystep\r\n:1\r\n"
            + "$5\r\nlimit\r\n:0\r\n~0\r\n";
        Assert.Equal(Del, Info(RedisCommandId.Del, RespVersion.Resp2));
        Assert.Equal(MGet, Info(RedisCommandId.MGet, RespVersion.Resp3));

        static string Info(RedisCommandId id, RespVersion version) =>
            Bytes.Written(output => RedisCommandDescription.WriteInfo(new RespWriter(output, version), RedisCommandTable.Get(id)));
    }

    [Fact]
    public void Documentation_and_information_of_every_command_are_whole_replies()
    {
        foreach (var command in RedisCommandTable.All.ToArray())
        {
            foreach (var version in new[] { RespVersion.Resp2, RespVersion.Resp3 })
            {
                var info = Bytes.Written(output => RedisCommandDescription.WriteInfo(new RespWriter(output, version), command));
                var docs = Bytes.Written(output => RedisCommandDescription.WriteDocs(new RespWriter(output, version), command));
                Assert.StartsWith($"Array(Bulk:{command.Name} {command.Arity} ", ReplyPrinter.ReadWhole(info));
                Assert.Contains($"Bulk:summary Bulk:{command.Summary} Bulk:since Bulk:{command.Since} Bulk:group", ReplyPrinter.ReadWhole(docs));
            }
        }
    }

    [Fact]
    public void A_container_finds_its_subcommands()
    {
        var container = RedisCommandTable.Get(RedisCommandId.Object);
        Assert.Equal("object|encoding", container.Resolve(Bytes.Of("Encoding"))!.Name);
        Assert.Equal(2, container.Resolve(Bytes.Of("FREQ"))!.FirstKey);
        Assert.Null(container.Resolve(Bytes.Of("encodin")));
        Assert.Null(container.Resolve([]));
        Assert.Same(RedisCommandTable.Get(RedisCommandId.Get), RedisCommandTable.Get(RedisCommandId.Get).Resolve(Bytes.Of("x")));
    }

    [Theory]
    [InlineData("GET k", "1")]
    [InlineData("DEL a b c", "1 2 3")]
    [InlineData("BITOP AND d a b", "2 3 4")]
    [InlineData("LCS a b IDX", "1 2")]
    [InlineData("BITFIELD_RO k GET u8 0", "1")]
    [InlineData("MSET a 1 b 2", "1 3")]
    [InlineData("SET k v EX 10", "1")]
    [InlineData("PING", "")]
    [InlineData("SCAN 0", "")]
    public void Keys_of_a_request_are_found(string line, string expected)
    {
        var keys = RequestFeeder.With(line, request => RedisCommandTable.Find(request[0])!.KeysOf(request.Count));
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, keys.Count).Select(key => keys[key])));
        Assert.Throws<ArgumentOutOfRangeException>(() => keys[keys.Count]);
    }

    [Theory]
    [InlineData("get", 2, true)]
    [InlineData("get", 1, false)]
    [InlineData("get", 3, false)]
    [InlineData("del", 1, false)]
    [InlineData("del", 2, true)]
    [InlineData("del", 99, true)]
    public void The_number_of_arguments_is_held_against_the_arity(string name, int count, bool expected) =>
        Assert.Equal(expected, RedisCommandTable.Find(Bytes.Of(name))!.Accepts(count));
}
