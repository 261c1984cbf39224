using System.Diagnostics;
using System.Text.Json;
using Catena.Core.Placement;
using Catena.Integration.Tests.Harness;
using Catena.Simulation.Histories;

namespace Catena.Integration.Tests;

/// <summary>A cluster at a real ensemble of Apache ZooKeeper, parts of which or all of which die under load.</summary>
public sealed class CoordinatorOutageTests(SharedEnsemble shared, ITestOutputHelper output) : IClassFixture<SharedEnsemble>, IAsyncLifetime
{
    /// <summary>In so long a time there is an answer, whatever the machine is doing; the clients themselves wait for 5 s.</summary>
    private static readonly TimeSpan Bounded = TimeSpan.FromSeconds(30);

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("CATENA_LONG_TESTS") == "1";

    /// <summary>How long ZooKeeper is away.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(IsLong ? 60 : 20);

    private readonly string _connectString = $"{shared.Ensemble.ConnectString}/tests/{Guid.NewGuid():n}";

    private ApacheEnsemble Ensemble => shared.Ensemble;

    public async ValueTask InitializeAsync() => await Ensemble.StartAllAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_death_of_ZooKeepers_leader_goes_unnoticed_by_reads_and_writes()
    {
        await using var cluster = await StartAsync("--partitions", "16");
        using var load = new Load(cluster, nodes: 3, keys: 60, threads: 4);
        await load.BegunAsync();
        for (var round = 0; round < 2; round++)
        {
            var leader = await Ensemble.LeaderAsync();
            await Ensemble.KillAsync(leader);
            await Ensemble.LeaderAsync();
            await Ensemble.StartAsync(leader, wait: true);
        }

        GoesOnThroughout(await load.LinearizableAsync());
        await cluster.HealedAsync(seenBy: 1, members: 3);
        Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(2), "set", "after", "1")).Text());
    }

    [Fact]
    public async Task Reads_and_writes_go_on_while_all_of_ZooKeeper_is_away_and_takeover_works_once_it_is_back()
    {
        await using var cluster = await StartAsync("--partitions", "16");
        using var load = new Load(cluster, nodes: 3, keys: 60, threads: 4, length: Away + TimeSpan.FromSeconds(10));
        await load.BegunAsync();
        await Ensemble.KillAllAsync();

        // The load itself is the clock: it ends after the time that ZooKeeper is to be away.
        GoesOnThroughout(await load.LinearizableAsync());
        await Ensemble.StartAllAsync();
        using var roles = new RoleWatch(_connectString);
        await roles.UntilAsync("all nodes again", line => line.Contains("slaves=", StringComparison.Ordinal));
        cluster.Kill(1);
        await cluster.HealedAsync(seenBy: 2, members: 2);
        await Eventually.TrueAsync("writes go on without the dead node", TimeSpan.FromSeconds(60), async () =>
            (await Tool.RedisAsync(cluster.RedisPort(2), "set", "after", "1")).Output.Trim() == "OK");
    }

    [Fact]
    public async Task A_node_that_dies_while_ZooKeeper_is_away_takes_its_share_with_it_clearly_and_all_heals_when_both_return()
    {
        const int Nodes = 4;
        const int Dead = 4;
        // So many partitions that the dead node has a part in some of them and not in all, wherever they happen to be placed.
        await using var cluster = await StartAsync("--partitions", "64", "--nodes", $"{Nodes}", "--replicas", "3");
        var keys = Enumerable.Range(0, 48).Select(number => $"key-{number}").ToList();
        foreach (var key in keys)
        {
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(1), "set", key, "before")).Text());
        }

        var lost = Share(await cluster.StatusAsync(1), Dead, keys);
        Assert.InRange(lost.Count, 1, keys.Count - 1);
        var commandLine = await StandaloneNode.CommandLineAsync(cluster.Pid(Dead));
        using var load = new Load(cluster, nodes: Nodes - 1, keys: 60, threads: 4);
        await load.BegunAsync();
        await Ensemble.KillAllAsync();
        cluster.Kill(Dead);

        var node = cluster.RedisPort(1);
        foreach (var key in keys.Where(key => !lost.Contains(key)))
        {
            await Eventually.TrueAsync("a key that the dead node had no part in is read and written", TimeSpan.FromSeconds(60), async () =>
                (await Tool.RedisAsync(node, "get", key)).Output.Trim() is "before" or "during" && (await Tool.RedisAsync(node, "set", key, "during")).Output.Trim() == "OK");
        }

        // A member that is alive goes on answering reads until the lease that it has from the dead one runs out.
        await Eventually.TrueAsync("nothing is read by the leave of the dead node any more", Bounded, async () =>
            (await RefusalAsync(node, "get", lost.First())) != "before");

        // Each costs the five seconds for which a command waits for its partition, so not all are tried.
        var refusals = new List<string>();
        foreach (var key in lost.Take(2))
        {
            refusals.Add(await RefusalAsync(node, "get", key));
            refusals.Add(await RefusalAsync(node, "set", key, "during"));
        }

        output.WriteLine(string.Join('\n', refusals));
        Assert.All(refusals, refusal => Assert.Matches("^(TRYAGAIN|NOREPLICAS|UNKNOWN|CLUSTERDOWN) .+", refusal));

        await Ensemble.StartAllAsync();
        foreach (var key in lost)
        {
            await Eventually.TrueAsync("the others serve what the dead node had a part in", TimeSpan.FromSeconds(90), async () =>
                (await Tool.RedisAsync(node, "get", key)).Output.Trim() is "before" or "during" && (await Tool.RedisAsync(node, "set", key, "without")).Output.Trim() == "OK");
        }

        await using var returned = StandaloneNode.Start(commandLine);
        await cluster.HealedAsync(seenBy: 1, members: 3);
        foreach (var key in keys)
        {
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(2), "set", key, "after")).Text());
        }

        var history = await load.LinearizableAsync();
        output.WriteLine($"{history.Count} operations, {history.Count(operation => operation.Outcome != Outcome.Ok)} of them refused or of unknown outcome");
    }

    /// <summary>A cluster with a chroot of its own, which nobody has created.</summary>
    private Task<Cluster> StartAsync(params string[] arguments) =>
        Cluster.StartAsync(["--zookeeper", _connectString, "--restart", "false", .. arguments]);

    /// <summary>There are answers from beginning to end, and all but a few operations were carried out.</summary>
    private void GoesOnThroughout(IReadOnlyList<HistoryOperation> history)
    {
        var begin = history.Min(operation => operation.Call);
        var length = history.Max(operation => operation.Return) + 1 - begin;
        var bad = history.Count(operation => operation.Outcome != Outcome.Ok);
        output.WriteLine($"{history.Count} operations, {bad} refused or of unknown outcome, longest time without a successful write {Load.LongestWriteGap(history):f0} ms");
        Assert.True(bad * 50 <= history.Count, $"{bad} of {history.Count} operations were refused or of unknown outcome");
        const int Parts = 5;
        for (var part = 0; part < Parts; part++)
        {
            var (from, to) = (begin + (length * part / Parts), begin + (length * (part + 1) / Parts));
            var within = history.Where(operation => operation.Return >= from && operation.Return < to && operation.Outcome == Outcome.Ok).ToList();
            Assert.Contains(within, operation => operation.Command.Operation == RegisterOperation.Get);
            Assert.Contains(within, operation => operation.Command.Operation == RegisterOperation.Put);
        }
    }

    /// <summary>What a command is refused with, which comes within a bounded time.</summary>
    private static async Task<string> RefusalAsync(int port, params string[] command)
    {
        var watch = Stopwatch.StartNew();
        var answer = (await Tool.RedisAsync(port, command)).Output.Trim();
        Assert.True(watch.Elapsed < Bounded, $"'{string.Join(' ', command)}' was answered after {watch.Elapsed}");
        return answer;
    }

    /// <summary>The keys of the partitions that a node is a member of.</summary>
    private static HashSet<string> Share(JsonElement status, int node, List<string> keys)
    {
        var id = status.GetProperty("nodes").EnumerateArray().Single(one => one.GetProperty("name").GetString() == $"node-{node}").GetProperty("id").GetString();
        var ranges = status.GetProperty("partitions").EnumerateArray()
            .Where(partition => partition.GetProperty("members").EnumerateArray().Any(member => member.GetString() == id))
            .Select(partition => partition.GetProperty("slots").GetString()!.Split('-').Select(int.Parse).ToArray()).ToList();
        return [.. keys.Where(key => ranges.Any(range => SlotOf(key) >= range[0] && SlotOf(key) <= range[^1]))];
    }

    private static int SlotOf(string key) => HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(key)).Value;
}
