using System.Text;
using Catena.Core.Data;
using Catena.Server.Node;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisServerTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(1_000_000).AddMicroseconds(42);

    [Theory]
    [InlineData("TIME", "*2\r\n$7\r\n1000000\r\n$2\r\n42\r\n")]
    [InlineData("LASTSAVE", ":1000000\r\n")]
    [InlineData("SAVE", "+OK\r\n")]
    [InlineData("BGSAVE", "+Background saving started\r\n")]
    [InlineData("BGSAVE SCHEDULE", "+Background saving started\r\n")]
    [InlineData("BGSAVE NOW", "-ERR syntax error\r\n")]
    [InlineData("BGREWRITEAOF", "+Background append only file rewriting started\r\n")]
    [InlineData("ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n")]
    [InlineData("REPLICAOF a 1", "-ERR REPLICAOF is not supported: each partition is replicated by the cluster itself\r\n")]
    [InlineData("SLAVEOF NO ONE", "-ERR SLAVEOF is not supported: each partition is replicated by the cluster itself\r\n")]
    [InlineData("SHUTDOWN", "-ERR SHUTDOWN is not supported: a node is stopped by a signal to its process (SIGTERM)\r\n")]
    [InlineData("MONITOR", "-ERR MONITOR is not supported: no client is shown what others send; see SLOWLOG, INFO commandstats and /metrics\r\n")]
    [InlineData("ACL WHOAMI", "$7\r\ndefault\r\n")]
    [InlineData("ACL USERS", "*1\r\n$7\r\ndefault\r\n")]
    [InlineData("ACL LIST", "*1\r\n$34\r\nuser default on nopass ~* &* +@all\r\n")]
    [InlineData("ACL CAT nosuch", "-ERR Unknown category 'nosuch'\r\n")]
    [InlineData("ACL CAT hyperloglog", "*0\r\n")]
    [InlineData("ACL DELUSER default", "-ERR The 'default' user cannot be removed\r\n")]
    [InlineData("ACL GETUSER nobody", "$-1\r\n")]
    [InlineData("SCRIPT EXISTS a b", "*2\r\n:0\r\n:0\r\n")]
    [InlineData("SCRIPT FLUSH", "+OK\r\n")]
    [InlineData("SCRIPT FLUSH NOW", "-ERR SCRIPT FLUSH only support SYNC|ASYNC option\r\n")]
    [InlineData("SCRIPT KILL", "-NOTBUSY No scripts in execution right now.\r\n")]
    [InlineData("FUNCTION FLUSH ASYNC", "+OK\r\n")]
    [InlineData("FUNCTION LIST", "*0\r\n")]
    [InlineData("FUNCTION LIST LIBRARYNAME", "-ERR library name argument was not given\r\n")]
    [InlineData("FUNCTION STATS", "*4\r\n$14\r\nrunning_script\r\n$-1\r\n$7\r\nengines\r\n*0\r\n")]
    [InlineData("FUNCTION DELETE x", "-ERR Library not found\r\n")]
    [InlineData("LATENCY LATEST", "*0\r\n")]
    [InlineData("LATENCY RESET", ":0\r\n")]
    [InlineData("LATENCY HISTORY x", "*0\r\n")]
    [InlineData("MEMORY PURGE", "+OK\r\n")]
    [InlineData("MEMORY USAGE nokey", "$-1\r\n")]
    [InlineData("MEMORY USAGE k SAMPLES x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("MEMORY USAGE k SAMPLES", "-ERR syntax error\r\n")]
    [InlineData("MEMORY DOCTOR", "-ERR unknown subcommand 'DOCTOR'. Try MEMORY HELP.\r\n")]
    [InlineData("SLOWLOG GET -2", "-ERR count should be greater than or equal to -1\r\n")]
    [InlineData("SLOWLOG GET 1 2", "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.\r\n")]
    [InlineData("SLOWLOG LEN", ":0\r\n")]
    [InlineData("COMMAND GETKEYS SPUBLISH a b", "-ERR The command has no key arguments\r\n")]
    [InlineData("COMMAND GETKEYS MEMORY USAGE a", "*1\r\n$1\r\na\r\n")]
    [InlineData("COMMAND GETKEYSANDFLAGS GET a", "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n")]
    [InlineData("COMMAND LIST FILTERBY MODULE x", "*0\r\n")]
    public async Task Commands_about_the_server_tell_what_is_true(string request, string reply)
    {
        await using var host = new RedisHost(time: new FixedTime(Epoch));
        using var client = host.Connect();
        client.Ask("CONFIG SET slowlog-log-slower-than -1", "+OK\r\n");
        client.Ask(request, reply);
    }

    [Fact]
    public async Task Debug_is_refused_as_where_Redis_does_not_allow_it()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("DEBUG", "SLEEP", "0");
        client.Expect("-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can");
    }

    [Theory]
    [InlineData(Durability.Interval, "SAVE", "-ERR SAVE cannot be promised: this node does not sync every write (see the durability setting)\r\n")]
    [InlineData(Durability.Interval, "BGSAVE", "+Background saving started\r\n")]
    [InlineData(Durability.Os, "BGSAVE", "-ERR saving cannot be promised: this node leaves it to the operating system (see the durability setting)\r\n")]
    public async Task Saving_is_promised_only_where_it_is_true(Durability durability, string request, string reply)
    {
        await using var host = new RedisHost(durability: durability);
        using var client = host.Connect();
        client.Ask(request, reply);
    }

    [Fact]
    public async Task Save_is_answered_after_the_writes_before_it()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "1") + Wire.Encode("SAVE"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n+OK\r\n");
    }

    [Fact]
    public async Task Memory_usage_grows_with_key_and_value()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("SET", "k", new string('v', 1000));
        client.Expect("+OK\r\n");
        client.Ask("MEMORY USAGE k", ":1049\r\n");
    }

    [Fact]
    public async Task Slow_commands_are_remembered_with_their_arguments_however_they_complete()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("CLIENT SETNAME me", "+OK\r\n");
        client.Ask("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 5", "+OK\r\n");
        client.Ask("SLOWLOG RESET", "+OK\r\n");
        host.Router.Holds = kind => kind == CommandKind.Put;
        client.Request("SET", "late", "value", "EX", "100");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n");
        client.Ask("GET late", "$5\r\nvalue\r\n");
        client.Ask("DBSIZE", ":1\r\n");
        var arguments = host.Listener.SlowLog.Newest(10).Select(entry => string.Join(' ', entry.Arguments.Select(Encoding.ASCII.GetString))).ToList();
        Assert.Equal(["dbsize", "GET late", "set late ... (3 more arguments)", "SLOWLOG RESET"], arguments);
        Assert.All(host.Listener.SlowLog.Newest(10), entry => Assert.Equal("me", entry.ClientName));

        client.Request(["EXISTS", .. Enumerable.Range(0, 40).Select(i => $"{{t}}{i}")]);
        client.Expect(":0\r\n");
        var newest = host.Listener.SlowLog.Newest(1)[0];
        Assert.Equal(32, newest.Arguments.Count);
        Assert.Equal("... (10 more arguments)", Encoding.ASCII.GetString(newest.Arguments[^1]));
        client.Request("ECHO", new string('x', 200));
        client.Receive("$200\r\n".Length + 202);
        Assert.EndsWith("... (72 more bytes)", Encoding.ASCII.GetString(host.Listener.SlowLog.Newest(1)[0].Arguments[1]), StringComparison.Ordinal);
        Assert.Equal(5, host.Listener.SlowLog.Count);
        client.Ask("CONFIG SET slowlog-log-slower-than -1", "+OK\r\n");
        client.Ask("SLOWLOG LEN", ":5\r\n");
        client.Request("SLOWLOG", "GET", "1");
        client.Expect("*1\r\n*6\r\n:");
    }

    [Fact]
    public async Task Info_counts_commands_and_errors()
    {
        await using var host = new RedisHost(refusesSeveralSlots: true);
        host.Router.Holds = kind => kind == CommandKind.Put;
        using var client = host.Connect();
        client.Request("SET", "a", "x");
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the write is under way");
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n");
        client.Ask("INCR a", "-ERR value is not an integer or out of range\r\n");
        client.Ask("GET", "-ERR wrong number of arguments for 'get' command\r\n");
        client.Ask("MGET a b", "-CROSSSLOT Keys in request don't hash to the same slot\r\n");
        client.Request("INFO", "commandstats");
        var text = client.ReceiveBulk();
        Assert.Matches("# Commandstats\r\ncmdstat_get:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0\r\n", text);
        Assert.Matches("cmdstat_set:calls=1,usec=[0-9]+,usec_per_call=[0-9.]+,rejected_calls=0,failed_calls=0\r\n", text);
        Assert.Matches("cmdstat_mget:calls=1,usec=[0-9]+,usec_per_call=[0-9.]+,rejected_calls=0,failed_calls=1\r\n", text);
        Assert.Matches("cmdstat_incr:calls=1,.*failed_calls=1\r\n", text);
        client.Request("INFO", "errorstats");
        Assert.Equal("# Errorstats\r\nerrorstat_CROSSSLOT:count=1\r\nerrorstat_ERR:count=2\r\n", client.ReceiveBulk());
        client.Ask("CONFIG RESETSTAT", "+OK\r\n");
        client.Request("INFO", "errorstats");
        Assert.Equal("# Errorstats\r\n", client.ReceiveBulk());
        client.Request("INFO");
        text = client.ReceiveBulk();
        Assert.DoesNotContain("# Commandstats", text, StringComparison.Ordinal);
        Assert.Contains("pubsub_channels:0\r\n", text, StringComparison.Ordinal);
        client.Request("INFO", "all");
        Assert.Contains("# Commandstats\r\ncmdstat_info:calls=", client.ReceiveBulk(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_has_help_where_it_has_subcommands()
    {
        await using var host = new RedisHost();
        foreach (var command in new[] { "CLIENT", "CONFIG", "CLUSTER", "COMMAND", "PUBSUB", "SLOWLOG", "LATENCY", "MEMORY", "ACL", "SCRIPT", "FUNCTION" })
        {
            using var client = host.Connect();
            client.Request(command, "HELP");
            client.Expect("*");
            client.Request(command, "NOSUCH");
            client.Request("QUIT");
            var rest = client.ReceiveToEnd();
            Assert.Contains($"+{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n", rest, StringComparison.Ordinal);
            Assert.EndsWith($"+    Prints this help.\r\n-ERR unknown subcommand 'NOSUCH'. Try {command} HELP.\r\n+OK\r\n", rest, StringComparison.Ordinal);
        }
    }
}
