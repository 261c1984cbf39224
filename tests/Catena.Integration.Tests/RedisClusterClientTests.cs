using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Clients of a Redis cluster, unmodified, against a cluster in that mode.</summary>
public sealed class RedisClusterClientTests
{
    [Theory]
    [InlineData("primary-backup")]
    [InlineData("chain")]
    public async Task Redis_cli_follows_redirections_and_finds_the_cluster_whole(string mode)
    {
        await using var cluster = await Cluster.StartAsync("--redis-cluster", "--partitions", "16", "--mode", mode);
        for (var number = 0; number < 20; number++)
        {
            Assert.Contains("OK", (await RedisAsync(cluster, 1 + (number % 3), "-c", "set", $"k{number}", $"v{number}")).Text(), StringComparison.Ordinal);
            Assert.EndsWith($"v{number}", (await RedisAsync(cluster, 1 + ((number + 1) % 3), "-c", "get", $"k{number}")).Text(), StringComparison.Ordinal);
        }

        var node = $"127.0.0.1:{cluster.RedisPort(2)}";
        var check = (await Tool.RunAsync("redis-cli", "--cluster", "check", node)).Text();
        Assert.Contains("[OK] All 16384 slots covered.", check, StringComparison.Ordinal);
        Assert.Contains("[OK] All nodes agree about slots configuration.", check, StringComparison.Ordinal);
        Assert.Contains("[OK] 20 keys in ", (await Tool.RunAsync("redis-cli", "--cluster", "info", node)).Text(), StringComparison.Ordinal);
        await cluster.StopAsync();
    }

    [Fact]
    public async Task Redis_benchmark_spreads_its_load_over_the_nodes()
    {
        await using var cluster = await Cluster.StartAsync("--redis-cluster", "--partitions", "16");
        var report = (await RedisBenchmarkAsync(cluster, "-t", "set,get,incr", "-n", "3000", "-c", "9", "-P", "8", "-r", "500", "--csv")).Text();
        Assert.Contains("\"SET\"", report, StringComparison.Ordinal);
        Assert.Contains("\"INCR\"", report, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", report, StringComparison.Ordinal);
        for (var node = 1; node <= 3; node++)
        {
            var figures = (await RedisAsync(cluster, node, "info", "commandstats")).Text();
            Assert.Contains("cmdstat_set:calls=", figures, StringComparison.Ordinal);
        }

        await cluster.StopAsync();
    }

    [Fact]
    public async Task Python3_redis_finds_its_way_from_any_node()
    {
        await using var cluster = await Cluster.StartAsync("--redis-cluster", "--partitions", "16");
        for (var node = 1; node <= 3; node++)
        {
            Assert.Equal("done", (await Tool.RunAsync("/usr/bin/python3", Repository.Client("redis_cluster.py"), Port(cluster, node))).Text());
        }

        await cluster.StopAsync();
    }

    private static Task<ToolResult> RedisAsync(Cluster cluster, int node, params string[] arguments) =>
        Tool.RunAsync("redis-cli", ["-p", Port(cluster, node), .. arguments]);

    private static Task<ToolResult> RedisBenchmarkAsync(Cluster cluster, params string[] arguments) =>
        Tool.RunAsync("redis-benchmark", ["--cluster", "-p", Port(cluster, 1), .. arguments]);

    private static string Port(Cluster cluster, int node) => cluster.RedisPort(node).ToString(CultureInfo.InvariantCulture);
}
