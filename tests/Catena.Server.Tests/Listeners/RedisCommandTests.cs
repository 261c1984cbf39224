using System.Text;
using Catena.Core.Data;

namespace Catena.Server.Tests.Listeners;

public sealed class RedisCommandTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    [Theory]
    [InlineData("SET k v", "+OK\r\n", "GET k", "$1\r\nv\r\n", "STRLEN k", ":1\r\n", "TYPE k", "+string\r\n")]
    [InlineData("CATENA.GET k STALENESS 100", "*2\r\n$-1\r\n:7\r\n", "SET k v", "+OK\r\n", "catena.get k staleness 6", "*2\r\n$1\r\nv\r\n:0\r\n", "CATENA.GET k STALENESS -1", "-ERR value is not an integer or out of range\r\n", "CATENA.GET k AGE 1", "-ERR syntax error\r\n", "CATENA.GET k", "-ERR wrong number of arguments for 'catena.get' command\r\n")]
    [InlineData("COMMAND GETKEYS CATENA.GET k STALENESS 5", "*1\r\n$1\r\nk\r\n", "COMMAND LIST FILTERBY PATTERN catena*", "*1\r\n$10\r\ncatena.get\r\n")]
    [InlineData("GET k", "$-1\r\n", "STRLEN k", ":0\r\n", "TYPE k", "+none\r\n", "EXISTS k", ":0\r\n")]
    [InlineData("SET k v XX", "$-1\r\n", "SET k v NX", "+OK\r\n", "SET k w NX", "$-1\r\n", "SET k w XX GET", "$1\r\nv\r\n")]
    [InlineData("SETNX k v", ":1\r\n", "SETNX k w", ":0\r\n", "GETSET k w", "$1\r\nv\r\n", "GETDEL k", "$1\r\nw\r\n")]
    [InlineData("INCR n", ":1\r\n", "INCRBY n 41", ":42\r\n", "DECR n", ":41\r\n", "DECRBY n 50", ":-9\r\n")]
    [InlineData("INCRBYFLOAT f 1.5", "$3\r\n1.5\r\n", "APPEND f 0", ":4\r\n", "GET f", "$4\r\n1.50\r\n", "INCRBYFLOAT f x", "-ERR value is not a valid float\r\n")]
    [InlineData("SET k x", "+OK\r\n", "INCR k", "-ERR value is not an integer or out of range\r\n", "INCRBY k x", "-ERR value is not an integer or out of range\r\n", "GET k", "$1\r\nx\r\n")]
    [InlineData("SET k 9223372036854775807", "+OK\r\n", "INCR k", "-ERR increment or decrement would overflow\r\n", "DECRBY k -9223372036854775808", "-ERR decrement would overflow\r\n", "DECR k", ":9223372036854775806\r\n")]
    [InlineData("MSET {t}a 1 {t}b 2", "+OK\r\n", "MGET {t}a {t}x {t}b", "*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n", "MSETNX {t}b 3 {t}c 4", ":0\r\n", "MSETNX {t}c 3 {t}d 4", ":1\r\n")]
    [InlineData("MSET a 1 b 2", "+OK\r\n", "MGET a b", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n", "MSET c 1 b", "-ERR wrong number of arguments for 'mset' command\r\n", "EXISTS a b c", ":2\r\n")]
    [InlineData("MSET {t}a 1 {t}b 2", "+OK\r\n", "EXISTS {t}a {t}a {t}x", ":2\r\n", "TOUCH {t}a {t}b", ":2\r\n", "UNLINK {t}a {t}x", ":1\r\n")]
    [InlineData("MSET {t}a 1 {t}b 2", "+OK\r\n", "DEL {t}a {t}b {t}c", ":2\r\n", "DEL {t}a", ":0\r\n", "DBSIZE", ":0\r\n")]
    [InlineData("SETRANGE k 2 x", ":3\r\n", "GETRANGE k 1 -1", "$2\r\n\0x\r\n", "SUBSTR k 5 9", "$0\r\n\r\n", "SETRANGE k -1 x", "-ERR offset is out of range\r\n")]
    [InlineData("SETBIT k 7 1", ":0\r\n", "GETBIT k 7", ":1\r\n", "BITCOUNT k", ":1\r\n", "BITPOS k 1", ":7\r\n", "BITOP NOT {k}d k", ":1\r\n", "BITCOUNT {k}d", ":7\r\n")]
    [InlineData("BITFIELD k SET u8 0 255 OVERFLOW FAIL INCRBY u8 0 1", "*2\r\n:0\r\n$-1\r\n", "BITFIELD_RO k GET i8 0", "*1\r\n:-1\r\n", "BITFIELD k GET u64 0", "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n")]
    [InlineData("MSET {t}a ohmytext {t}b mynewtext", "+OK\r\n", "LCS {t}a {t}b", "$6\r\nmytext\r\n", "LCS {t}a {t}b LEN", ":6\r\n", "LCS {t}a {t}b IDX MINMATCHLEN 4", "*4\r\n$7\r\nmatches\r\n*1\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n$3\r\nlen\r\n:6\r\n")]
    [InlineData("RENAME {t}a {t}b", "-ERR no such key\r\n", "SET {t}a 1", "+OK\r\n", "RENAMENX {t}a {t}b", ":1\r\n", "COPY {t}b {t}c", ":1\r\n", "COPY {t}b {t}c", ":0\r\n", "RENAME {t}b {u}b", "+OK\r\n", "EXISTS {t}b {u}b", ":1\r\n")]
    [InlineData("OBJECT ENCODING k", "$-1\r\n", "SET k 12", "+OK\r\n", "OBJECT ENCODING k", "$3\r\nint\r\n", "OBJECT REFCOUNT k", ":2147483647\r\n", "OBJECT IDLETIME k", ":0\r\n", "MOVE k 0", "-ERR source and destination objects are the same\r\n")]
    [InlineData("DUMP k", "$-1\r\n", "SET k 10", "+OK\r\n", "DUMP k", "$13\r\n\0\u00c0\n\n\0n\u009fWE\u000e\u00aec\u00bb\r\n", "RESTORE k 0 bad", "-BUSYKEY Target key name already exists.\r\n", "RESTORE l 0 bad", "-ERR DUMP payload version or checksum are wrong\r\n")]
    [InlineData("RANDOMKEY", "$-1\r\n", "SET k v", "+OK\r\n", "RANDOMKEY", "$1\r\nk\r\n", "WAIT 0 -1", "-ERR timeout is negative\r\n", "SWAPDB 0 0", "+OK\r\n", "SWAPDB 0 1", "-ERR DB index is out of range\r\n")]
    [InlineData("SET k v BAD", "-ERR syntax error\r\n", "SET k", "-ERR wrong number of arguments for 'set' command\r\n", "SET k v EX 0", "-ERR invalid expire time in 'set' command\r\n", "SETEX k x v", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("SELECT 0", "+OK\r\n", "SELECT 1", "-ERR DB index is out of range\r\n", "SELECT x", "-ERR value is not an integer or out of range\r\n", "ECHO x", "$1\r\nx\r\n")]
    [InlineData("READONLY", "+OK\r\n", "READWRITE", "+OK\r\n", "ASKING", "+OK\r\n", "PING a b", "-ERR wrong number of arguments for 'ping' command\r\n")]
    [InlineData("CLUSTER KEYSLOT foo", ":12182\r\n", "CLUSTER MYID", "$40\r\n00000000000000a1000000000000000000000000\r\n", "CLUSTER SLOTS", "-ERR This instance has cluster support disabled\r\n", "CLUSTER KEYSLOT", "-ERR wrong number of arguments for 'cluster|keyslot' command\r\n")]
    [InlineData("CONFIG GET save", "*2\r\n$4\r\nsave\r\n$0\r\n\r\n", "CONFIG GET APPENDonly", "*2\r\n$10\r\nAPPENDonly\r\n$3\r\nyes\r\n", "CONFIG SET save x", "-ERR CONFIG SET failed (possibly related to argument 'save') - can't set immutable config\r\n", "CONFIG NONE", "-ERR unknown subcommand 'NONE'. Try CONFIG HELP.\r\n")]
    [InlineData("CLIENT SETNAME me", "+OK\r\n", "CLIENT GETNAME", "$2\r\nme\r\n", "CLIENT SETINFO LIB-NAME x", "+OK\r\n", "CLIENT NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n")]
    [InlineData("CLIENT ID", ":1\r\n", "CLIENT REPLY ON", "+OK\r\n", "CLIENT NO-EVICT on", "+OK\r\n", "CLIENT GETNAME x", "-ERR wrong number of arguments for 'client|getname' command\r\n")]
    [InlineData("COMMAND GETKEYS MSET a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb\r\n", "COMMAND GETKEYS PING a", "-ERR The command has no key arguments\r\n", "COMMAND LIST FILTERBY PATTERN mset*", "*2\r\n$4\r\nmset\r\n$6\r\nmsetnx\r\n", "COMMAND INFO nosuch", "*1\r\n$-1\r\n")]
    [InlineData("FLUSHALL NOW", "-ERR syntax error\r\n", "FLUSHALL ASYNC", "+OK\r\n", "KEYS *", "*0\r\n", "SCAN x", "-ERR invalid cursor\r\n")]
    public async Task Commands_answer_as_Redis_does(params string[] exchange)
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        for (var i = 0; i < exchange.Length; i += 2)
        {
            client.Ask(exchange[i], exchange[i + 1]);
        }
    }

    [Theory]
    [InlineData("SET k v EX 100", "TTL k", ":100\r\n", "PTTL k", ":100000\r\n", "EXPIRETIME k", ":1000100\r\n")]
    [InlineData("SETEX k 100 v", "EXPIRE k 50 GT", ":0\r\n", "EXPIRE k 50 LT", ":1\r\n", "TTL k", ":50\r\n")]
    [InlineData("PSETEX k 1499 v", "TTL k", ":1\r\n", "PTTL k", ":1499\r\n", "PEXPIRETIME k", ":1000001499\r\n")]
    [InlineData("PSETEX k 1500 v", "TTL k", ":2\r\n", "PERSIST k", ":1\r\n", "PERSIST k", ":0\r\n")]
    [InlineData("SET k v", "TTL k", ":-1\r\n", "PTTL nokey", ":-2\r\n", "EXPIRETIME k", ":-1\r\n")]
    [InlineData("SET k v", "EXPIRE k 10 XX", ":0\r\n", "EXPIRE k 10 NX", ":1\r\n", "EXPIRE k 20 NX", ":0\r\n")]
    [InlineData("SET k v", "EXPIREAT k 1000010", ":1\r\n", "TTL k", ":10\r\n", "PEXPIREAT k 1000005000", ":1\r\n")]
    [InlineData("SET k v", "EXPIRE k 0", ":1\r\n", "GET k", "$-1\r\n", "EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command\r\n")]
    [InlineData("SET k v", "EXPIRE k -1", ":1\r\n", "EXISTS k", ":0\r\n", "EXPIRE k 1 NX XX", "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n")]
    [InlineData("SET k v", "GETEX k EX 10", "$1\r\nv\r\n", "TTL k", ":10\r\n", "GETEX k PERSIST", "$1\r\nv\r\n")]
    [InlineData("SET k v EX 9", "GETEX k", "$1\r\nv\r\n", "TTL k", ":9\r\n", "GETEX k EX 5 PERSIST", "-ERR syntax error\r\n")]
    [InlineData("SET k v EX 9", "SET k w KEEPTTL", "+OK\r\n", "TTL k", ":9\r\n", "SET k w", "+OK\r\n")]
    [InlineData("SET k v", "SET k v PXAT 1000001000", "+OK\r\n", "PTTL k", ":1000\r\n", "SET k v PX 9223372036854775807", "-ERR invalid expire time in 'set' command\r\n")]
    public async Task Expiry_times_are_reckoned_by_the_listeners_clock(string first, params string[] exchange)
    {
        await using var host = new RedisHost(time: new FixedTime(Epoch));
        using var client = host.Connect();
        client.Ask(first, "+OK\r\n");
        for (var i = 0; i < exchange.Length; i += 2)
        {
            client.Ask(exchange[i], exchange[i + 1]);
        }
    }

    [Theory]
    [InlineData(ErrorCode.OutcomeUnknown, "-UNKNOWN the outcome of the command is open: it may or may not have been carried out\r\n")]
    [InlineData(ErrorCode.TryAgain, "-TRYAGAIN the partition has no serving first member for now\r\n")]
    [InlineData(ErrorCode.NotEnoughReplicas, "-NOREPLICAS Not enough good replicas to write.\r\n")]
    [InlineData(ErrorCode.ReadOnly, "-MISCONF Errors writing to the AOF file: No space left on device\r\n")]
    [InlineData(ErrorCode.OutOfMemory, "-OOM command not allowed when used memory > 'maxmemory'.\r\n")]
    [InlineData(ErrorCode.ClusterDown, "-CLUSTERDOWN Hash slot not served\r\n")]
    [InlineData(ErrorCode.NotAnInteger, "-ERR value is not an integer or out of range\r\n")]
    [InlineData(ErrorCode.Overflow, "-ERR increment or decrement would overflow\r\n")]
    [InlineData(ErrorCode.NotANumber, "-ERR value is not a valid float\r\n")]
    [InlineData(ErrorCode.KeyLength, "-ERR invalid key: it must have 1 to 65535 bytes\r\n")]
    [InlineData(ErrorCode.ValueTooLong, "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n")]
    [InlineData(ErrorCode.BadRequest, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.NotMine, "-TRYAGAIN the partition has no serving first member for now\r\n")]
    [InlineData(ErrorCode.AskFirst, "-TRYAGAIN the partition has no serving first member for now\r\n")]
    [InlineData(ErrorCode.Forgotten, "-UNKNOWN what became of the command is no longer known; it was not run again\r\n")]
    [InlineData(ErrorCode.Busy, "-TRYAGAIN too much is waiting already\r\n")]
    [InlineData(ErrorCode.NotFinite, "-ERR increment would produce NaN or Infinity\r\n")]
    [InlineData(ErrorCode.Damaged, "-IOERR the value of this key is damaged and no other copy is left\r\n")]
    [InlineData(ErrorCode.Aborted, "-TRYAGAIN others were in the way of the transaction; nothing happened\r\n")]
    [InlineData(ErrorCode.TooLarge, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.NoTransaction, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.Committed, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.NoSuchTable, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.TableExists, "-ERR the request was refused\r\n")]
    [InlineData(ErrorCode.OneByOne, "-ERR the request was refused\r\n")]
    public async Task Errors_have_the_codes_that_clients_of_Redis_know(ErrorCode code, string reply)
    {
        await using var host = new RedisHost();
        host.Router.Fails = key => key == "bad" ? code : null;
        using var client = host.Connect();
        client.Ask("SET bad v", reply);
        client.Ask("SET good v", "+OK\r\n");
    }

    [Fact]
    public void Every_error_code_is_tested() => Assert.Equal(25, Enum.GetValues<ErrorCode>().Length);

    [Fact]
    public async Task Hello_changes_the_version_of_replies()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Ask("HELLO 4", "-NOPROTO unsupported protocol version\r\n");
        client.Ask("HELLO 3 AUTH someone x", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        client.Ask("GET k", "$-1\r\n");
        client.Send(Wire.Encode("SET", "k", "v") + Wire.Encode("HELLO", "3", "AUTH", "default", "x", "SETNAME", "me") + Wire.Encode("GET", "no"));
        client.Expect(
            "+OK\r\n%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n"
            + "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n_\r\n");
        client.Ask("CONFIG GET save", "%1\r\n$4\r\nsave\r\n$0\r\n\r\n");
        client.Ask("CLIENT GETNAME", "$2\r\nme\r\n");
        client.Ask("MGET a", "*1\r\n_\r\n");
        client.Ask("RESET", "+RESET\r\n");
        client.Ask("CLIENT GETNAME", "$-1\r\n");
    }

    [Fact]
    public async Task Replies_under_way_keep_the_version_in_which_they_were_asked_for()
    {
        await using var host = new RedisHost();
        host.Router.Holds = kind => kind == CommandKind.Get;
        using var client = host.Connect();
        client.Send(Wire.Encode("GET", "k") + Wire.Encode("HELLO", "3") + Wire.Encode("PING"));
        await Wait.UntilAsync(() => host.Router.HeldCount == 1, "the read is under way");
        host.Router.ReleaseAll();
        client.Expect("$-1\r\n%7\r\n");
    }

    [Fact]
    public async Task An_error_that_depends_on_the_key_sees_the_writes_before_it()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Send(
            Wire.Encode("GETEX", "k", "EX", "x") + Wire.Encode("SET", "k", "v") + Wire.Encode("GETEX", "k", "EX", "x") + Wire.Encode("RESTORE", "k", "0", "bad")
            + Wire.Encode("DEL", "k") + Wire.Encode("GETEX", "k", "EX", "x"));
        client.Expect(
            "$-1\r\n+OK\r\n-ERR value is not an integer or out of range\r\n-BUSYKEY Target key name already exists.\r\n:1\r\n$-1\r\n");
    }

    [Fact]
    public async Task A_random_key_is_one_of_those_there_are()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        for (var i = 0; i < 20; i++)
        {
            client.Ask($"SET key-{i} v", "+OK\r\n");
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 1000 && found.Count < 20; i++)
        {
            client.Request("RANDOMKEY");
            found.Add(client.ReceiveBulk());
        }

        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"key-{i}").Order(StringComparer.Ordinal)], found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_and_values_may_have_any_bytes_and_keys_up_to_their_limit()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        var every = Encoding.Latin1.GetString([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        client.Request("SET", every, every);
        client.Expect("+OK\r\n");
        client.Request("GET", every);
        client.Expect($"$256\r\n{every}\r\n");
        client.Request("SET", new string('k', 65_535), "");
        client.Expect("+OK\r\n");
        client.Request("SET", new string('k', 65_536), "");
        client.Expect("-ERR invalid key: it must have 1 to 65535 bytes\r\n");
        client.Request("GET", "");
        client.Expect("-ERR invalid key: it must have 1 to 65535 bytes\r\n");
        client.Request("MGET", "a", "");
        client.Expect("-ERR invalid key: it must have 1 to 65535 bytes\r\n");
    }

    [Fact]
    public async Task Info_has_the_sections_that_monitoring_reads()
    {
        await using var host = new RedisHost();
        using var client = host.Connect();
        client.Request("INFO");
        var all = client.ReceiveBulk();
        string[] parts =
        [
            "# Server\r\nredis_version:7.0.15\r\n", "# Clients\r\nconnected_clients:1\r\n", "used_memory:", "# Stats\r\n",
            "role:master\r\n", "catena_partitions_reader:4\r\n", "cluster_enabled:0\r\n", "# Keyspace\r\ndb0:keys=42,",
        ];
        Assert.All(parts, part => Assert.Contains(part, all, StringComparison.Ordinal));
        client.Request("INFO", "keyspace");
        Assert.Equal("# Keyspace\r\ndb0:keys=42,expires=0,avg_ttl=0\r\n", client.ReceiveBulk());
    }

    [Fact]
    public async Task Client_list_tells_every_connection()
    {
        await using var host = new RedisHost();
        using var first = host.Connect();
        first.Ask("CLIENT SETNAME one", "+OK\r\n");
        using var second = host.Connect();
        second.Request("CLIENT", "LIST");
        var lines = second.ReceiveBulk().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("id=1 ", lines[0], StringComparison.Ordinal);
        Assert.Contains(" name=one ", lines[0], StringComparison.Ordinal);
        second.Request("CLIENT", "LIST", "ID", "2");
        Assert.StartsWith("id=2 ", second.ReceiveBulk(), StringComparison.Ordinal);
    }
}
