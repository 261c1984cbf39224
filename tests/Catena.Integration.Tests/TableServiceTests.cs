using System.Diagnostics;
using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>The table service and clients of it that nobody here has generated code for.</summary>
public sealed class TableServiceTests(ITestOutputHelper output)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("CATENA_LONG_TESTS") == "1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_client_in_C_finds_nodes_and_goes_on_through_the_kill_of_those_that_it_talks_to()
    {
        await using var zooKeeper = await ApacheServer.StartAsync();
        await using var cluster = await Cluster.StartAsync(
            "--zookeeper", zooKeeper.ConnectString, "--session-timeout", "2s", "--table", "--announce", "table=/chain", "--partitions", "8");
        await AnnouncedAsync(zooKeeper, 3);
        await using var client = await TableClient.StartAsync(cluster.Data, zooKeeper.ConnectString);
        var known = await EveryOperationAsync(client);
        var (head, tail) = await client.WhoAsync();
        Assert.NotEqual(head, tail);

        // The head, which writes go to, is killed and comes back on its port; it announces itself anew and is the tail from then on, which reads go to. Then that is killed.
        foreach (var key in (string[])["after-head", "after-tail"])
        {
            var node = Enumerable.Range(1, 3).Single(number => cluster.TablePort(number) == head);
            var old = cluster.Pid(node);
            cluster.Kill(node);
            await PutAsync(client, known, key);
            await HasAsync(client, known);
            await Eventually.TrueAsync("the node runs again", Patience, () => Task.FromResult(cluster.Pid(node) != old));
            await Eventually.TrueAsync("the client has seen that it is the tail", Patience, async () => (await client.WhoAsync()).Tail == head);
            await AnnouncedAsync(zooKeeper, 3);
            await cluster.HealedAsync(seenBy: node, members: 3);
            await HasAsync(client, known);
        }

        // What other protocols see is the same.
        Assert.Equal("after-tail", (await Tool.RedisAsync(cluster.RedisPort(3), "get", "after-tail")).Text());
        await cluster.StopAsync();
    }

    [Theory]
    [InlineData("sint-clients-time", "sint_clients_time", 80)]
    [InlineData("int-clients-time/99", "int_clients_time", 99)]
    [InlineData("int-time-clients/65", "int_time_clients", 65)]
    [InlineData("sint-time-clients/70", "sint_time_clients", 70)]
    public async Task Each_kind_of_client_reads_its_statistics(string dialect, string message, int content)
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "1", "--partitions", "4", "--table", "--", "--table-stats", dialect);
        var clients = Path.GetDirectoryName(Repository.Client("table_dialects.proto"))!;
        (await Tool.RunAsync("protoc", $"--python_out={cluster.Data}", $"--proto_path={clients}", "table_dialects.proto")).Text();

        var told = await Tool.RunAsync(
            "/usr/bin/python3", Repository.Client("table_stats.py"), cluster.Data, cluster.TablePort(1).ToString(CultureInfo.InvariantCulture), message);

        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"71 {content} 3 2 True"), told.Text());
        await cluster.StopAsync();
    }

    [Fact]
    public async Task A_table_too_large_for_a_reply_is_an_error_and_everything_else_works()
    {
        var keys = IsLong ? 1_000_000 : 100_000;
        await using var zooKeeper = await ApacheServer.StartAsync();
        await using var cluster = await Cluster.StartAsync("--zookeeper", zooKeeper.ConnectString, "--table", "--announce", "table=/chain", "--durability", "os");
        await AnnouncedAsync(zooKeeper, 3);
        using (var redis = new RawRedis(cluster.RedisPort(1)))
        {
            redis.SetMany(Enumerable.Range(0, keys).Select(key => ($"key-{key}", $"value-{key}")));
        }

        await using var client = await TableClient.StartAsync(cluster.Data, zooKeeper.ConnectString);
        await TakesAsync(client, "size", $"result {keys}");
        await TakesAsync(client, "get key-77", "value value-77");
        await TakesAsync(client, "getkeys", "error");
        await TakesAsync(client, "gettable", "error");
        await TakesAsync(client, "put key-77 new", "ok");
        await TakesAsync(client, "get key-77", "value new");
        await TakesAsync(client, "del key-77", "ok");
        await TakesAsync(client, "size", $"result {keys - 1}");
        await cluster.StopAsync();
    }

    /// <summary>Puts, gets, deletes and lists on a table that is empty.</summary>
    /// <returns>What is there in the end.</returns>
    private static async Task<SortedDictionary<string, string>> EveryOperationAsync(TableClient client)
    {
        Assert.Equal("result 0", await client.AskAsync("size"));
        Assert.Equal("keys", await client.AskAsync("getkeys"));
        Assert.Equal("table", await client.AskAsync("gettable"));
        Assert.Equal("error", await client.AskAsync("get a"));
        Assert.Equal("error", await client.AskAsync("del a"));
        var known = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 40; i++)
        {
            known[$"key-{i}"] = $"value-{i}";
            Assert.Equal("ok", await client.AskAsync($"put key-{i} value-{i}"));
        }

        Assert.Equal("ok", await client.AskAsync("put key-7 changed"));
        Assert.Equal("ok", await client.AskAsync("del key-8"));
        Assert.Equal("error", await client.AskAsync("del key-8"));
        known["key-7"] = "changed";
        known.Remove("key-8");
        await HasAsync(client, known);

        // What the tail has done: at least so many reads; both connections of the client are open.
        var stats = (await client.AskAsync("stats")).Split(' ');
        Assert.Equal("stats", stats[0]);
        Assert.InRange(int.Parse(stats[1], CultureInfo.InvariantCulture), 40, 1000);
        Assert.Equal("1", stats[2]);
        Assert.InRange(int.Parse(stats[3], CultureInfo.InvariantCulture), 1, int.MaxValue);
        return known;
    }

    /// <summary>Puts a key until that is acknowledged; what was refused, or is open, may be put again.</summary>
    private static async Task PutAsync(TableClient client, SortedDictionary<string, string> known, string key)
    {
        await Eventually.TrueAsync($"{key} is put", Patience, async () => await client.AskAsync($"put {key} {key}") == "ok");
        known[key] = key;
    }

    /// <summary>Sees that the table has what it should have and nothing else.</summary>
    private static async Task HasAsync(TableClient client, SortedDictionary<string, string> known)
    {
        Assert.Equal($"result {known.Count}", await ReadAsync(client, "size"));
        Assert.Equal(InOrder(["keys", .. known.Keys]), InOrder((await ReadAsync(client, "getkeys")).Split(' ')));
        Assert.Equal(InOrder(["table", .. known.Select(pair => $"{pair.Key}={pair.Value}")]), InOrder((await ReadAsync(client, "gettable")).Split(' ')));
        foreach (var (key, value) in known)
        {
            Assert.Equal($"value {value}", await ReadAsync(client, $"get {key}"));
        }
    }

    /// <summary>Asks for what is there until it is told; a part of the cluster may be unable to for a while.</summary>
    private static async Task<string> ReadAsync(TableClient client, string command)
    {
        var answer = "";
        await Eventually.TrueAsync($"{command} is answered", Patience, async () => (answer = await client.AskAsync(command)) != "error");
        return answer;
    }

    private static IEnumerable<string> InOrder(IEnumerable<string> words) => words.Order(StringComparer.Ordinal);

    /// <summary>Waits until so many nodes are announced: clients of the table service cannot do with an empty chain.</summary>
    private static Task AnnouncedAsync(ApacheServer zooKeeper, int nodes) => Eventually.TrueAsync($"{nodes} nodes are announced", Patience, async () =>
        (await Tool.CatenaAsync("znode", "list", zooKeeper.ConnectString, "/chain")).Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == nodes);

    private async Task TakesAsync(TableClient client, string command, string answer)
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(answer, await client.AskAsync(command));
        output.WriteLine($"{command}: {watch.Elapsed.TotalMilliseconds:f1} ms");
    }
}
