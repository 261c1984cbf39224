using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Listeners;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisTransactionTests
{
    private const string CrossSlot = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
    private const string Aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";

    [Fact]
    public async Task A_transaction_is_one_program()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SET a 1", "+QUEUED\r\n");
        client.Ask("MGET a b", "+QUEUED\r\n");
        client.Ask("PING", "+QUEUED\r\n");
        client.Ask("INCR a", "+QUEUED\r\n");
        Assert.Empty(host.Router.Started);
        client.Ask("EXEC", "*4\r\n+OK\r\n*2\r\n$1\r\n1\r\n$-1\r\n+PONG\r\n:2\r\n");
        Assert.Equal(["Transact"], host.Router.Started);
    }

    [Theory]
    [InlineData(2, "*-1\r\n")]
    [InlineData(3, "_\r\n")]
    public async Task Nothing_is_done_where_a_watched_key_has_changed(int version, string none)
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        using var other = host.Connect();
        if (version == 3)
        {
            client.Request("HELLO", "3");
            client.Receive("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n".Length);
        }

        client.Ask("WATCH a b a", "+OK\r\n");
        other.Ask("SET b 1", "+OK\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SET a 1", "+QUEUED\r\n");
        client.Ask("CLIENT SETNAME me", "+QUEUED\r\n");
        client.Ask("EXEC", none);
        client.Ask("EXISTS a", ":0\r\n");
        Assert.Equal("", host.Listener.Clients.First().Session.Name);
    }

    [Fact]
    public async Task Where_the_versions_are_not_told_nothing_is_watched()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        host.Router.Fails = _ => ErrorCode.TryAgain;
        client.Ask("WATCH a b", "-TRYAGAIN the partition has no serving first member for now\r\n");
        host.Router.Fails = _ => null;
        client.Ask("SET a 1", "+OK\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("EXEC", "*0\r\n");
    }

    [Theory]
    [InlineData(ErrorCode.TryAgain, "-TRYAGAIN the partition has no serving first member for now\r\n")]
    [InlineData(ErrorCode.Aborted, "-TRYAGAIN others were in the way of the transaction; nothing happened\r\n")]
    [InlineData(ErrorCode.OutcomeUnknown, "-UNKNOWN the outcome of the command is open: it may or may not have been carried out\r\n")]
    public async Task Where_the_transaction_fails_as_a_whole_its_error_is_the_reply(ErrorCode code, string error)
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SET a 1", "+QUEUED\r\n");
        client.Ask("CLIENT SETNAME me", "+QUEUED\r\n");
        host.Router.Fails = _ => code;
        client.Ask("EXEC", error);
        host.Router.Fails = _ => null;
        client.Ask("EXEC", "-ERR EXEC without MULTI\r\n");
        client.Ask("CLIENT GETNAME", "$-1\r\n");
    }

    [Fact]
    public async Task What_follows_a_command_over_several_slots_waits_for_it()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind is CommandKind.PutMany or CommandKind.Put;
        using var client = host.Connect();
        client.Send(Wire.Encode("SET", "a", "0") + Wire.Encode("MSET", "a", "1", "b", "2") + Wire.Encode("SET", "a", "3") + Wire.Encode("SET", "b", "3"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 2, "two writes are under way");
        host.Router.Release(0);
        client.Expect("+OK\r\n");

        // Whatever the connection could start it has started, since it has sent the first reply.
        Assert.Equal(["Put a", "PutMany"], host.Router.Started);
        host.Router.Release(0);
        await Wait.UntilAsync(() => host.Router.HeldCount == 2, "the two writes that follow are under way");
        host.Router.ReleaseAll();
        client.Expect("+OK\r\n+OK\r\n+OK\r\n");
    }

    [Fact]
    public async Task Several_slots_are_refused_where_that_is_wanted()
    {
        await using var host = new RedisHost(refusesSeveralSlots: true);
        using var client = host.Connect();
        foreach (var request in (string[])["MSET a 1 b 2", "MSETNX a 1 b 2", "MGET a b", "DEL a b", "UNLINK a b", "EXISTS a b", "TOUCH a b", "RENAME a b", "RENAMENX a b", "COPY a b", "BITOP AND a a b", "LCS a b", "WATCH a b"])
        {
            client.Ask(request, CrossSlot);
        }

        client.Ask("MULTI", "+OK\r\n");
        client.Ask("MSET a 1 b 2", CrossSlot);
        client.Ask("EXEC", Aborted);
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        client.Ask("GET b", "+QUEUED\r\n");
        client.Ask("EXEC", CrossSlot);
        client.Ask("EXEC", "-ERR EXEC without MULTI\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        client.Ask("MGET a {a}b", "+QUEUED\r\n");
        client.Ask("PING", "+QUEUED\r\n");
        client.Ask("EXEC", "*3\r\n$-1\r\n*2\r\n$-1\r\n$-1\r\n+PONG\r\n");
        Assert.Equal(["Transact"], host.Router.Started);
    }

    [Fact]
    public async Task In_cluster_mode_keys_of_another_node_are_answered_with_its_address()
    {
        await using var host = new RedisHost(isCluster: true);
        using var client = host.Connect();
        var (here, there) = (KeyOf(0), KeyOf(1));
        var moved = (string key) => $"-MOVED {HashSlot.Of(Encoding.ASCII.GetBytes(key))} 127.0.0.1:7102\r\n";
        client.Ask($"WATCH {there}", moved(there));
        client.Ask("MULTI", "+OK\r\n");
        client.Ask($"OBJECT ENCODING {there}", moved(there));
        client.Ask("EXEC", Aborted);
        client.Ask("MULTI", "+OK\r\n");
        client.Ask($"SET {here} 1", "+QUEUED\r\n");
        client.Ask($"OBJECT ENCODING {here}", "+QUEUED\r\n");
        client.Ask("EXEC", "*2\r\n+OK\r\n$3\r\nint\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask($"GET {here}", "+QUEUED\r\n");
        host.Cluster.Current = host.Cluster.Current with { Partitions = [.. Enumerable.Range(0, 8).Select(_ => FakeCluster.Partition(1))] };
        client.Ask("EXEC", moved(here));
        client.Ask("EXEC", "-ERR EXEC without MULTI\r\n");
        Assert.Equal(["Transact"], host.Router.Started);
    }

    [Fact]
    public async Task What_is_queued_and_watched_is_limited()
    {
        await using var host = new RedisHost(ListenerOptions.Default with { MaxTransactionBytes = 1024 });
        using var client = host.Connect();
        client.Ask("WATCH a b c", "+OK\r\n");
        client.Ask("WATCH a b c", "+OK\r\n");
        client.Ask("WATCH d e f g h i", "-ERR too many keys are watched\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask($"SET a {new string('x', 800)}", "-ERR the transaction is too long\r\n");
        client.Ask("EXEC", Aborted);
        client.Ask("MULTI", "+OK\r\n");
        client.Ask($"SET a {new string('x', 800)}", "+QUEUED\r\n");
        client.Ask("EXEC", "*1\r\n+OK\r\n");
        client.Ask("WATCH d e f g h i", "+OK\r\n");
        client.Ask("UNWATCH", "+OK\r\n");
        client.Ask("WATCH d e f g h i", "+OK\r\n");
    }

    [Fact]
    public async Task Client_list_shows_what_is_queued()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        using var other = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        other.Request("CLIENT", "LIST", "ID", "1");
        var text = other.ReceiveBulk();
        Assert.Contains(" flags=x ", text, StringComparison.Ordinal);
        Assert.Contains(" multi=2 ", text, StringComparison.Ordinal);
        client.Ask("DISCARD", "+OK\r\n");
        other.Request("CLIENT", "LIST", "ID", "1");
        text = other.ReceiveBulk();
        Assert.Contains(" flags=N ", text, StringComparison.Ordinal);
        Assert.Contains(" multi=-1 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_kills_itself_in_a_transaction_gets_the_replies()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("CLIENT KILL ID 1 SKIPME NO", "+QUEUED\r\n");
        client.Ask("PING", "+QUEUED\r\n");
        client.Request("EXEC");
        Assert.Equal("*2\r\n:1\r\n+PONG\r\n", client.ReceiveToEnd());
    }

    [Fact]
    public async Task A_pause_of_writes_holds_a_transaction_that_writes()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        using var reader = host.Connect();
        using var other = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SET a 1", "+QUEUED\r\n");
        reader.Ask("MULTI", "+OK\r\n");
        reader.Ask("GET a", "+QUEUED\r\n");
        other.Ask("CLIENT PAUSE 600000 WRITE", "+OK\r\n");
        client.Request("EXEC");
        reader.Ask("EXEC", "*1\r\n$-1\r\n");
        Assert.Equal(["Transact"], host.Router.Started);
        other.Ask("CLIENT UNPAUSE", "+OK\r\n");
        client.Expect("*1\r\n+OK\r\n");
    }

    [Fact]
    public async Task Info_counts_what_was_carried_out()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SET a x", "+QUEUED\r\n");
        client.Ask("INCR a", "+QUEUED\r\n");
        client.Ask("MSET a 1 b", "+QUEUED\r\n");
        client.Ask("EXEC", "*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n-ERR wrong number of arguments for 'mset' command\r\n");
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("SAVE", "-ERR Command not allowed inside a transaction\r\n");
        client.Ask("EXEC", Aborted);
        client.Request("INFO", "commandstats");
        var text = client.ReceiveBulk();
        Assert.Matches("cmdstat_set:calls=1,.*rejected_calls=0,failed_calls=0\r\n", text);
        Assert.Matches("cmdstat_incr:calls=1,.*rejected_calls=0,failed_calls=1\r\n", text);
        Assert.Matches("cmdstat_mset:calls=1,.*rejected_calls=0,failed_calls=1\r\n", text);
        Assert.Matches("cmdstat_save:calls=0,.*rejected_calls=1,failed_calls=0\r\n", text);
        Assert.Matches("cmdstat_exec:calls=2,.*rejected_calls=0,failed_calls=1\r\n", text);
        client.Request("INFO", "errorstats");
        Assert.Equal("# Errorstats\r\nerrorstat_ERR:count=3\r\nerrorstat_EXECABORT:count=1\r\n", client.ReceiveBulk());
    }

    [Fact]
    public async Task Replies_are_in_the_version_that_the_transaction_changes_to()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("MULTI", "+OK\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        client.Ask("HELLO 3", "+QUEUED\r\n");
        client.Ask("GET a", "+QUEUED\r\n");
        client.Request("EXEC");
        client.Expect("*3\r\n$-1\r\n%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n_\r\n");
    }

    [Fact]
    public async Task A_client_that_leaves_during_its_transaction_harms_nobody()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Transact;
        using var other = host.Connect();
        using (var client = host.Connect())
        {
            client.Send(Wire.Encode("WATCH", "a") + Wire.Encode("MULTI") + Wire.Encode("SET", "a", "1") + Wire.Encode("EXEC"));
            await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the transaction is under way");
        }

        host.Router.ReleaseAll();
        other.Ask("GET a", "$1\r\n1\r\n");
    }

    [Fact]
    public async Task Every_command_either_can_be_queued_or_says_why_not()
    {
        await using var host = new RedisHost();
        foreach (var command in Catena.Protocols.Resp.Commands.RedisCommandTable.All.ToArray())
        {
            using var client = host.Connect();
            var arguments = Enumerable.Repeat("1", Math.Abs(command.Arity) - 1);
            client.Ask("MULTI", "+OK\r\n");

            // At once, since the connection is closed behind a QUIT.
            client.Send(Wire.Encode([command.Name, .. arguments]) + Wire.Encode("PING") + Wire.Encode("EXEC") + Wire.Encode("QUIT"));
            var text = client.ReceiveToEnd();
            Assert.True(text.EndsWith("+OK\r\n", StringComparison.Ordinal), $"{command.Name}: {text}");
        }
    }

    private static string KeyOf(int partition)
    {
        var map = new PartitionMap(8);
        return Enumerable.Range(0, 10_000).Select(i => $"k{i}").First(key => map.Of(HashSlot.Of(Encoding.ASCII.GetBytes(key))) == new PartitionId((ushort)partition));
    }
}
